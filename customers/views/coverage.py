"""Coverage of customers by visits, with the customers behind each figure."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass
from customers.filters.customers import ChosenFrom, ValuesFilter
from customers.models import Customer, Visit
from customers.selectors.coverage import (
    BY,
    FIELDS,
    Covered,
    coverage,
    coverage_total,
    covered_customers,
    had_by,
    visited_in,
)
from customers.selectors.rhythm import with_due_date
from customers.tables.visits import DueTable
from customers.views.visit_pages import WAYS, VisitsPage
from salesops.accounts.models import Team, User
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.keys import row_key
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.ui.finding import is_large
from salesops.ui.views import RecordListView

TABLE = "customers/coverage_table.html"


class Coverage(VisitsPage):
    """Customers visited of those had, per person, team, class, region or month."""

    template_name = "customers/coverage.html"
    title = _("Coverage")

    def customers(self) -> Any:
        rows = Customer.objects.visible_to(self.request.user)
        if self.owner:
            rows = rows.filter(had_by(self.period, owner=self.owner))
        if self.team:
            rows = rows.filter(had_by(self.period, team__path__startswith=self.team.path))
        return rows

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Among very many customers the page opens at once and its figures follow."""
        figures = request.GET.get("part") == "figures"
        self.follows = is_large(Customer) and not figures
        self.template_name = TABLE if figures and request.htmx else "customers/coverage.html"
        return super().get(request, *args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        by = self.request.GET.get("by", "owner")
        by = by if by in BY else "owner"
        if self.template_name == TABLE:
            return self.figures(by) | {"heading": WAYS[by]}
        return (
            super().get_context()
            | ({} if self.follows else self.figures(by))
            | {
                "by": by,
                "follows": self.follows,
                "figures_url": self.query(by=by, part="figures"),
                "ways": [(label, self.query(by=key), key == by) for key, label in WAYS.items()],
                "heading": WAYS[by],
                "periods": self.choices(),
            }
        )

    def figures(self, by: str) -> dict[str, Any]:
        rows = self.customers()
        lines = [self.line(by, row) for row in coverage(self.period, by, rows)]
        total = coverage_total(self.period, rows)
        return {
            "lines": sorted(lines, key=lambda line: str(line["label"])),
            "total": {"label": _("Total"), "row": total} | self.urls(self.narrowed(), self.period),
        }

    def line(self, by: str, row: Covered) -> dict[str, Any]:
        period, query = self.period, self.narrowed()
        if by == "month":
            period, label = Period.parse(row.key), row.key
        elif by == "class":
            label, query["customer_class"] = CustomerClass(row.key).label, row.key
        elif by == "region":
            label, query["region"] = row.key or _("without region"), row.key
            if not row.key:
                query["no_region"] = "on"
        else:
            label = self.names(by).get(row.key, _("without team"))
            query["had_by" if by == "owner" else "had_by_team"] = row.key or "none"
        return {"label": label, "row": row} | self.urls(query, period)

    def names(self, by: str) -> dict[Any, Any]:
        if not hasattr(self, "_names"):
            self._names = (User if by == "owner" else Team).objects.in_bulk()
        return self._names

    def narrowed(self) -> dict[str, Any]:
        given = {"had_by": self.owner, "in_team": self.team}
        return {name: obj.pk for name, obj in given.items() if obj}

    def urls(self, query: dict[str, Any], period: Period) -> dict[str, str]:
        base = reverse("customers:visit_coverage_rows")
        given = query | {"period": period.code}
        return {
            "all": f"{base}?{urlencode(given)}",
            "seen": f"{base}?{urlencode(given | {'visited': 'yes'})}",
            "unseen": f"{base}?{urlencode(given | {'visited': 'no'})}",
        }

    def choices(self) -> list[tuple[str, str, bool]]:
        """The last twelve months, this and the last quarter and year."""
        month, found = Period.month_of(self.today), []
        for _step in range(12):
            found.append(month)
            month = month.previous()
        quarter, year = Period.quarter_of(self.today), Period.year_of(self.today)
        codes = [p.code for p in (*found, quarter, quarter.previous(), year, year.previous())]
        return [(code, self.query(period=code), code == self.period.code) for code in codes]


class CoverageFilter(ChosenFrom):
    region = ValuesFilter(label=_("Region"))

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()


class CoverageRows(RecordListView):
    """The customers behind a figure of coverage; as many as the figure says."""

    model = Customer
    table_class = DueTable
    filterset_class = CoverageFilter
    default_sort = "name"
    title = _("Customers behind the coverage")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Visit):
            raise NotAllowed(_("Your role has no visits."))
        return super().get(request, *args, **kwargs)

    def asked(self, name: str) -> int | None:
        """A key that the url names; ``None`` for anything else."""
        return row_key(self.request.GET.get(name, ""))

    def base_queryset(self) -> Any:
        asked = self.request.GET
        try:
            period = Period.parse(asked.get("period", ""))
        except InvalidInput:
            period = Period.month_of(timezone.localdate(self.at))
        rows = covered_customers(period, Customer.objects.select_related("owner", "team"))
        if (owner := self.asked("had_by")) is not None:
            rows = rows.filter(had_by(period, owner=owner))
        if asked.get("had_by_team") == "none":
            rows = rows.filter(had_by(period, team__isnull=True))
        elif (team := self.asked("had_by_team")) is not None:
            rows = rows.filter(had_by(period, team=team))
        if (inside := self.asked("in_team")) is not None:
            unit = Team.objects.filter(pk=inside).first()
            rows = rows.filter(had_by(period, team__path__startswith=unit.path)) if unit else rows.none()
        if asked.get("customer_class") in CustomerClass.values:
            rows = rows.filter(**{FIELDS["class"]: asked["customer_class"]})
        if asked.get("no_region"):
            rows = rows.filter(region="")
        if asked.get("visited") in ("yes", "no"):
            seen = visited_in(period)
            rows = rows.filter(seen if asked["visited"] == "yes" else ~seen)
        return with_due_date(rows, on=timezone.localdate(self.at))
