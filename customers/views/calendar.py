"""Visits by month and week, moved from day to day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Visit
from customers.selectors.agenda import COUNTED, Entry, agenda
from customers.services import replan_visit
from customers.tables.agenda import AgendaMarks
from customers.views.visit_pages import VisitsPage
from salesops.core.errors import DomainError, NotAllowed
from salesops.core.periods import Period, day_of
from salesops.core.policies import can
from salesops.ui.finding import is_large
from salesops.ui.views.base import HouseView

SHOWN_A_DAY = 4  # in a cell of the month
READ_A_DAY = 12  # in the agenda of a phone
SHOWN_IN_WEEK = 40


@dataclass
class Day:
    """A cell of the calendar: the first ``entries`` of its ``count``, ``most`` of them shown in a cell."""

    date: date
    inside: bool
    is_today: bool
    most: int = SHOWN_A_DAY
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    more_url: str = ""

    @property
    def shown(self) -> list[Entry]:
        return self.entries[: self.most]

    @property
    def more(self) -> int:
        return max(self.count - self.most, 0)

    @property
    def more_listed(self) -> int:
        """What the agenda of a phone leaves out."""
        return self.count - len(self.entries)

    @property
    def label(self) -> str:
        return date_format(self.date, "D Y-m-d")

    cell: str = ""  # as HTML: what its cell and the agenda of a phone show
    listed: str = ""


class VisitCalendar(VisitsPage):
    """A month or a week: visits, lines of plans, tours and receptions; a grid on a desk, an agenda on a phone."""

    template_name = "customers/visit_calendar.html"
    title = _("Visit calendar")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Among very many visits the agenda, which only phones show, is fetched where it is seen."""
        asked = request.GET.get("part") == "agenda"
        self.follows = is_large(Visit) and not asked
        if asked and request.htmx:
            self.template_name = "customers/visit_agenda.html"
        return super().get(request, *args, **kwargs)

    def read_period(self) -> Period:
        self.is_week = self.request.GET.get("view") == "week"
        month = Period.month_of(super().read_period().start)
        if not self.is_week:
            return month
        day = self.read_day(month)
        first = day - timedelta(days=day.weekday())
        return Period(first, first + timedelta(days=6))

    def read_day(self, month: Period) -> date:
        """The day that the url names, else today, else the first of the month that it names."""
        try:
            day = day_of(self.request.GET.get("day", ""))
            return day if 2000 <= day.year <= 2100 else self.today
        except ValueError:
            return self.today if self.today in month else month.start

    def query(self, **change: Any) -> str:
        if not self.is_week:
            return super().query(**change)
        return super().query(**{"period": "", "view": "week", "day": self.period.start} | change)

    def get_context(self) -> dict[str, Any]:
        weeks = self.weeks()
        cells = [] if self.follows else [day for week in weeks for day in week if day.inside]
        middle = self.today if self.today in self.period else self.period.start
        month = {"view": "", "day": "", "period": Period.month_of(middle).code}
        week = {"view": "week", "period": "", "day": middle}
        return super().get_context() | {
            "weeks": weeks,
            "agenda": [day for day in cells if day.entries or day.is_today],
            "follows": self.follows,
            "counted": COUNTED,
            "agenda_url": self.query(part="agenda"),
            "is_week": self.is_week,
            "weekdays": [WEEKDAYS_ABBR[i] for i in range(7)],
            "heading": self.heading(),
            "month_url": self.query(**month),
            "week_url": self.query(**week),
            "feed_url": reverse("customers:calendarfeed_detail"),
            "plan_url": reverse("customers:visit_create") if can(self.request.user, "add", Visit) else "",
            "show_owner": self.show_owner,
            **self.neighbours(),
        }

    @cached_property
    def show_owner(self) -> bool:
        return self.owner is None and len(self.everybody) > 1

    def heading(self) -> str:
        if not self.is_week:
            return date_format(self.period.start, "YEAR_MONTH_FORMAT")
        _year, number, _day = self.period.start.isocalendar()
        days = {"first": f"{self.period.start:%m-%d}", "last": f"{self.period.end:%m-%d}"}
        return gettext("Week %(number)s · %(first)s to %(last)s") % (days | {"number": number})

    def neighbours(self) -> dict[str, str]:
        if not self.is_week:
            return {}
        step = timedelta(days=7)
        return {
            "previous_url": self.query(day=self.period.start - step),
            "next_url": self.query(day=self.period.start + step),
            "now_url": self.query(day=""),
        }

    def weeks(self) -> list[list[Day]]:
        first = self.period.start - timedelta(days=self.period.start.weekday())
        count = -(-((self.period.end - first).days + 1) // 7) * 7
        most, read = (SHOWN_IN_WEEK,) * 2 if self.is_week else (SHOWN_A_DAY, READ_A_DAY)
        read = most if self.follows else read
        last = first + timedelta(days=count - 1)
        found = agenda(
            self.request.user, first, last, today=self.today, most=read, owner=self.owner, team=self.team
        )
        days = {
            day: Day(
                day, day in self.period, day == self.today, most, found.entries.get(day, []),
                found.counts[day], self.more_url(day),
            )
            for day in (first + timedelta(days=i) for i in range(count))
        }  # fmt: skip
        cells = list(days.values())
        marks = AgendaMarks(self.request.user, today=self.today, owners=self.show_owner, notes=self.is_week)
        for day in cells:
            day.cell = marks.chips(day.shown)
            day.listed = marks.lines(day.entries) if day.inside and not self.follows else ""
        return [cells[i : i + 7] for i in range(0, count, 7)]

    def more_url(self, day: date) -> str:
        """The rest of a day: its week, and from there the list of its visits."""
        if not self.is_week:
            return self.query(view="week", period="", day=day)
        given = {"visit_date_after": day, "visit_date_before": day, "alive": "on"}
        return f"{reverse('customers:visit_list')}?{urlencode(given | self.narrowed())}"


class VisitMove(HouseView):
    """A planned visit dragged, or sent by the keyboard, to another day of the calendar; answers JSON."""

    http_method_names = ["post"]

    def post(self, request: Any, pk: int) -> JsonResponse:
        visit = (
            Visit.objects.visible_to(request.user).select_related("customer", "owner").filter(pk=pk).first()
        )
        if visit is None:
            raise Http404
        try:
            day = day_of(request.POST.get("day", ""))
            version = int(request.POST.get("version", "")[:9])
        except ValueError:
            if not can(request.user, "replan", visit):
                raise NotAllowed(_("Only who makes the visit, or the team above, may change it.")) from None
            return JsonResponse({"message": gettext("Name the day.")}, status=400)
        try:
            moved = replan_visit(
                actor=request.user, at=self.at, visit=visit, planned_date=day, version=version
            )
        except NotAllowed:
            raise
        except DomainError as error:
            return JsonResponse({"message": str(error)}, status=error.status)
        said = gettext("%(customer)s: moved to %(day)s.") % {
            "customer": visit.customer,
            "day": date_format(day, "D Y-m-d"),
        }
        return JsonResponse({"day": day.isoformat(), "version": moved.version, "message": said})
