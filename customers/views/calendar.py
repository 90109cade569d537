"""Visits by month and week, moved from day to day, and plan against done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.about import Reader
from customers.choices import CustomerClass
from customers.models import Visit
from customers.permissions import VisitPolicy
from customers.selectors import PlannedDone, people_in_reach, visits_planned_done
from customers.selectors.agenda import COUNTED, Entry, agenda
from customers.services import replan_visit
from customers.tables.agenda import AgendaMarks
from salesops.accounts.models import Team, User
from salesops.core.errors import DomainError, InvalidInput, NotAllowed
from salesops.core.keys import is_key
from salesops.core.periods import Period, day_of
from salesops.core.policies import can
from salesops.core.questions import Question
from salesops.ui.finding import is_large
from salesops.ui.views import PageView
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


def _people_of(reader: Reader, *, on: date) -> QuerySet[User]:
    return people_in_reach(reader.user, VisitPolicy(), "view", on=on)


# Written once for all who have the same rights: these stand above every page of visits.
_people = Question(lambda reader, *, on: _people_of(reader, on=on).only("name", "username")[:500])
_teams = Question(
    lambda reader, *, on: Team.objects.filter(
        is_active=True, memberships__user__in=_people_of(reader, on=on).values("pk")
    ).distinct()
)


class VisitsPage(PageView):
    """A page over visits with period, person and team in the url."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        self.today = timezone.localdate(self.at)
        self.period = self.read_period()
        self.owner = self.chosen(User, "owner")
        self.team = self.chosen(Team, "team")
        return super().get(request, *args, **kwargs)

    def read_period(self) -> Period:
        text = self.request.GET.get("period", "")
        return self.or_now(text)

    def or_now(self, text: str) -> Period:
        try:
            period = Period.parse(text) if text else Period.month_of(self.today)
        except InvalidInput:
            period = Period.month_of(self.today)
        return period if 2000 <= period.start.year <= 2100 else Period.month_of(self.today)

    def chosen(self, model: Any, name: str) -> Any:
        text = self.request.GET.get(name, "")
        if not is_key(text):
            return None
        rows = (
            _people_of(Reader(self.request.user), on=self.today)
            if model is User
            else Team.objects.filter(is_active=True)
        )
        return rows.filter(pk=text).first()

    def visits(self) -> QuerySet[Visit]:
        rows = Visit.objects.visible_to(self.request.user)
        if self.owner:
            rows = rows.filter(owner=self.owner)
        if self.team:
            rows = rows.filter(team__path__startswith=self.team.path)
        return rows

    def query(self, **change: Any) -> str:
        given = {
            "period": self.period.code,
            "owner": self.owner.pk if self.owner else "",
            "team": self.team.pk if self.team else "",
        } | change
        return "?" + urlencode({k: v for k, v in given.items() if v})

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Visits"), reverse("customers:visit_list"))]

    def get_context(self) -> dict[str, Any]:
        return {
            "period": self.period,
            "owner": self.owner,
            "team": self.team,
            "people": self.everybody,
            "teams": self.teams(),
            "previous_url": self.query(period=self.period.previous().code),
            "next_url": self.query(period=self.period.next().code),
            "now_url": self.query(period=""),
        }

    @cached_property
    def everybody(self) -> list[User]:
        """The people in reach with what is shown of them, asked for once."""
        return _people(Reader(self.request.user), on=self.today)

    def narrowed(self) -> dict[str, Any]:
        """The person and the team as the list of visits filters by them."""
        given = {"owner": self.owner, "team": self.team}
        return {name: obj.pk for name, obj in given.items() if obj}

    def teams(self) -> list[Team]:
        """Teams whose people the person sees; none for who sees only own visits."""
        if len(self.everybody) < 2:
            return []
        return _teams(Reader(self.request.user), on=self.today)


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


WAYS = {
    "owner": _("By person"),
    "team": _("By team"),
    "class": _("By class"),
    "region": _("By region"),
    "month": _("By month"),
}
FIGURES = ("planned", "kept", "done", "unplanned")


@dataclass(frozen=True)
class FigureRow:
    """A line of plan against done; each figure leads to the visits behind it."""

    label: Any
    figures: PlannedDone
    query: dict[str, Any]
    period: Period | None = None

    @property
    def rate(self) -> float | None:
        return self.figures.kept / self.figures.planned if self.figures.planned else None

    def urls(self, period: Period) -> dict[str, str]:
        base = reverse("customers:visit_list")
        planned = {"planned_date_after": period.start, "planned_date_before": period.end}
        done = {"visit_date_after": period.start, "visit_date_before": period.end, "state": "done"}
        parts = {
            "planned": planned | {"alive": "on"},
            "kept": planned | {"state": "done"},
            "done": done,
            "unplanned": done | {"unplanned": "on"},
        }
        return {name: f"{base}?{urlencode(self.query | query)}" for name, query in parts.items()}


class PlanAndDone(VisitsPage):
    """Visits planned, kept, done and unplanned of a period, per person or team (VIS-01, KPI VISIT_DONE)."""

    template_name = "customers/plan_and_done.html"
    title = _("Plan and done")

    def get_context(self) -> dict[str, Any]:
        by = self.request.GET.get("by", "owner")
        by = by if by in WAYS else "owner"
        rows = self.months() if by == "month" else self.rows(by)
        total = PlannedDone(
            None,
            *(sum(getattr(r.figures, n) for r in rows) for n in ("planned", "kept", "done", "unplanned")),
        )
        everything = FigureRow(_("Total"), total, self.narrowed())
        return super().get_context() | {
            "by": by,
            "lines": [(row, row.urls(row.period or self.period)) for row in rows],
            "total": (everything, everything.urls(self.period)),
            "ways": [(label, self.query(by=key), key == by) for key, label in WAYS.items()],
            "heading": WAYS[by],
            "periods": self.choices(),
        }

    def rows(self, by: str) -> list[FigureRow]:
        found = visits_planned_done(self.period, by, visits=self.visits())
        if by in ("class", "region"):
            return [self.of_customers(by, row) for row in found]
        model = User if by == "owner" else Team
        names = model.objects.in_bulk([row.key for row in found if row.key])
        name = "own_team" if by == "team" else "owner"
        lines = [
            FigureRow(
                names.get(row.key, _("without team")),
                row,
                self.narrowed() | ({name: row.key} if row.key else {"no_team": "on"}),
            )
            for row in found
        ]
        return sorted(lines, key=lambda line: str(line.label))

    def of_customers(self, by: str, row: PlannedDone) -> FigureRow:
        """A line per class or region of the customers, as they are today."""
        if by == "class":
            label, query = CustomerClass(row.key).label, {"customer_class": row.key}
        elif row.key:
            label, query = row.key, {"region": row.key}
        else:
            label, query = _("without region"), {"no_region": "on"}
        return FigureRow(label, row, self.narrowed() | query)

    def months(self) -> list[FigureRow]:
        """A line per month of the period, each counted as the month's own page counts it."""
        lines = []
        for month in self.period.months():
            rows = visits_planned_done(month, "owner", visits=self.visits())
            figures = PlannedDone(month.code, *(sum(getattr(r, n) for r in rows) for n in FIGURES))
            lines.append(FigureRow(month.code, figures, self.narrowed(), month))
        return lines

    def choices(self) -> list[tuple[str, str, bool]]:
        """The last twelve months, the quarters and years around them."""
        month = Period.month_of(self.today)
        found = [month.next()]
        for _step in range(12):
            found.append(month)
            month = month.previous()
        quarter = Period.quarter_of(self.today)
        found += [
            quarter,
            quarter.previous(),
            Period.year_of(self.today),
            Period.year_of(self.today).previous(),
        ]
        codes = list(dict.fromkeys(period.code for period in found))
        if self.period.code not in codes:
            codes.insert(0, self.period.code)
        return [(code, self.query(period=code), code == self.period.code) for code in codes]
