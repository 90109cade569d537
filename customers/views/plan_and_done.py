"""Plan against done: visits planned, kept, done and unplanned, each figure leading to its visits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass
from customers.selectors import PlannedDone, visits_planned_done
from customers.views.visit_pages import WAYS, VisitsPage
from salesops.accounts.models import Team, User
from salesops.core.periods import Period

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
