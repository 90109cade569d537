"""Visits by month, and plan against done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass, VisitState
from customers.models import Visit
from customers.permissions import VisitPolicy
from customers.selectors import PlannedDone, people_in_reach, visits_planned_done
from salesops.accounts.models import Team, User
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.ui.views import PageView

SHOWN_A_DAY = 4
MOST = 2000


@dataclass
class Day:
    """A cell of the month."""

    date: date
    inside: bool
    is_today: bool
    visits: list[Visit] = field(default_factory=list)

    @property
    def shown(self) -> list[Visit]:
        return self.visits[:SHOWN_A_DAY]

    @property
    def more(self) -> int:
        return max(len(self.visits) - SHOWN_A_DAY, 0)

    @property
    def label(self) -> str:
        return date_format(self.date, "D Y-m-d")


class VisitsPage(PageView):
    """A page over visits with period, person and team in the url."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        self.today = timezone.localdate(self.at)
        self.period = self.read_period()
        self.people = people_in_reach(request.user, VisitPolicy(), "view", on=self.today)
        self.owner = self.chosen(User, "owner", self.people)
        self.team = self.chosen(Team, "team", Team.objects.filter(is_active=True))
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

    def chosen(self, model: Any, name: str, rows: QuerySet) -> Any:
        text = self.request.GET.get(name, "")
        return rows.filter(pk=text).first() if text.isascii() and text.isdigit() and len(text) < 19 else None

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
            "people": list(self.people[:500]),
            "teams": self.teams(),
            "previous_url": self.query(period=self.period.previous().code),
            "next_url": self.query(period=self.period.next().code),
            "now_url": self.query(period=""),
        }

    def teams(self) -> list[Team]:
        """Teams whose people the person sees; none for who sees only own visits."""
        if len(self.people[:2]) < 2:
            return []
        return list(
            Team.objects.filter(is_active=True, memberships__user__in=self.people.values("pk")).distinct()
        )


class VisitCalendar(VisitsPage):
    """A month of visits: a grid on a desk, an agenda on a phone. Weeks begin on Monday."""

    template_name = "customers/visit_calendar.html"
    title = _("Visit calendar")

    def read_period(self) -> Period:
        return Period.month_of(super().read_period().start)

    def get_context(self) -> dict[str, Any]:
        weeks = self.weeks()
        flat = [day for week in weeks for day in week if day.inside and (day.visits or day.is_today)]
        return super().get_context() | {
            "weeks": weeks,
            "agenda": flat,
            "weekdays": [WEEKDAYS_ABBR[i] for i in range(7)],
            "month": date_format(self.period.start, "YEAR_MONTH_FORMAT"),
            "list_url": reverse("customers:visit_list"),
            "plan_url": reverse("customers:visit_create") if can(self.request.user, "add", Visit) else "",
            "show_owner": self.owner is None and len(self.people[:2]) > 1,
        }

    def weeks(self) -> list[list[Day]]:
        first = self.period.start - timedelta(days=self.period.start.weekday())
        count = -(-((self.period.end - first).days + 1) // 7) * 7
        days = {
            day: Day(day, day in self.period, day == self.today)
            for day in (first + timedelta(days=i) for i in range(count))
        }
        last = first + timedelta(days=count - 1)
        rows = self.visits().filter(visit_date__range=(first, last)).exclude(state=VisitState.CANCELLED)
        for visit in rows.select_related("customer", "owner").order_by("visit_date", "visited_at", "pk")[
            :MOST
        ]:
            days[visit.visit_date].visits.append(visit)
        cells = list(days.values())
        return [cells[i : i + 7] for i in range(0, count, 7)]


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

    def narrowed(self) -> dict[str, Any]:
        given = {"owner": self.owner, "team": self.team}
        return {name: obj.pk for name, obj in given.items() if obj}

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
