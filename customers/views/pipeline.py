"""The pipeline: the board of open deals, and the weighted forecast by month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import OPEN_STAGES, Stage
from customers.models import Customer, Opportunity
from customers.selectors import cross
from customers.selectors.deals import ForecastLine, StageLine, by_stage, forecast, step_days
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.core.errors import NotAllowed
from salesops.core.keys import row_key
from salesops.core.policies import among_few, can
from salesops.ui.views import PageView

CARDS = 30  # cards of a column; the rest is in the list


@dataclass
class Column:
    """One step of the board."""

    line: StageLine
    deals: list[Opportunity]
    url: str
    following: str
    options: SafeString  # where its cards can be moved, written once for all of them

    @property
    def more(self) -> int:
        return max(self.line.count - len(self.deals), 0)


class PipelineView(PageView):
    """What board and forecast share: whose deals, by person or team, within what the person may see."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Opportunity):
            raise NotAllowed(_("This page belongs to another role."))
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Opportunities"), reverse("customers:opportunity_list"))]

    def asked(self, name: str) -> int | None:
        return row_key(self.request.GET.get(name, ""))

    def deals(self) -> QuerySet:
        """Open deals that the person may see, of the person or team that the url names."""
        rows = Opportunity.objects.visible_to(self.request.user).filter(stage__in=OPEN_STAGES)
        owner, team, product = (self.asked(name) for name in ("owner", "team", "product"))
        self.owner = User.objects.filter(pk=owner).first() if owner in self.offered["owner"] else None
        self.team = Team.objects.filter(pk=team).first() if team else None
        if self.owner is not None:
            rows = rows.filter(owner=self.owner)
        if self.team is not None:
            rows = rows.filter(team__path__startswith=self.team.path)
        self.region = self.request.GET.get("region", "")
        self.product = Product.objects.filter(pk=product).first() if product else None
        if self.region:
            rows = rows.filter(customer__region=self.region)
        if self.product is not None:
            rows = rows.filter(product=self.product)
        return rows

    def list_url(self, **filters: str) -> str:
        """The list that holds exactly these deals."""
        if self.owner is not None:
            filters.setdefault("owner", str(self.owner.pk))
        if self.team is not None:
            filters["team"] = str(self.team.pk)
        if self.region:
            filters.setdefault("region", self.region)
        if self.product is not None:
            filters.setdefault("product", str(self.product.pk))
        return f"{self.list_address}?{urlencode(filters, doseq=True)}"

    @cached_property
    def list_address(self) -> str:
        """Looked up once: a table of figures has hundreds of links."""
        return reverse("customers:opportunity_list")

    @cached_property
    def offered(self) -> dict[str, set[Any]]:
        """Whose and which open deals there are in the person's reach: keys of people, units, products; regions."""
        rows = Opportunity.objects.visible_to(self.request.user).filter(stage__in=OPEN_STAGES).order_by()
        paths = ("owner", "team", "product")
        found = list(rows.values_list(*paths).distinct())
        seen = {path: {row[place] for row in found} - {None} for place, path in enumerate(paths)}
        # The customers first, by their keys: joined, PostgreSQL reads every customer for the regions of a few.
        keys = rows.filter(customer__isnull=False).values("customer").distinct()
        regions = Customer.objects.order_by().filter(among_few("pk", keys)).values_list("region", flat=True)
        return seen | {"region": set(regions.distinct()) - {""}}

    def get_context(self) -> dict[str, Any]:
        seen = self.offered
        return {
            "people": list(User.objects.filter(pk__in=seen["owner"]).order_by("name", "pk")[:200]),
            "teams": list(Team.objects.filter(pk__in=seen["team"]).order_by("path")),
            "goods": list(Product.objects.filter(pk__in=seen["product"]).order_by("code", "pk")[:500]),
            "regions": sorted(seen["region"] | {self.region} - {""}),
            **{name: getattr(self, name) for name in ("owner", "team", "region", "product")},
        }


def ways_from(stage: str, following: str) -> SafeString:
    """The other steps as options, the next one chosen; after the last step none is."""
    labels = dict(Stage.choices)
    ways = [
        (other, " selected" if other == following else "", labels[other])
        for other in OPEN_STAGES
        if other != stage
    ]
    options = format_html_join("", '<option value="{}"{}>{}</option>', ways)
    if following:
        return options
    return format_html('<option value="" disabled selected>{}</option>{}', gettext("Move to"), options)


class OpportunityBoard(PipelineView):
    """Six columns; a card is dragged, or moved by the form on it."""

    template_name = "customers/board.html"
    title = _("Board of opportunities")

    def get_context(self) -> dict[str, Any]:
        rows = self.deals()
        lines = by_stage(rows)
        today = timezone.localdate(self.at)
        limits = step_days(today)
        columns = []
        following = dict(pairwise(OPEN_STAGES))
        cards = self.cards(rows, [line.stage for line in lines if line.count])
        for line in lines:
            deals = cards[line.stage]
            for deal in deals:
                deal.late = deal.next_step_on is not None and deal.next_step_on < today
                deal.stalled = (today - deal.stage_since).days >= limits[deal.stage]
                deal.movable = can(self.request.user, "move", deal)
            after = following.get(line.stage, "")
            url = self.list_url(stage=line.stage)
            columns.append(Column(line, deals, url, after, ways_from(line.stage, after)))
        return {
            **super().get_context(),
            "columns": columns,
            "add_url": reverse("customers:opportunity_create")
            if can(self.request.user, "add", Opportunity)
            else "",
            "total": sum(line.amount for line in lines),
            "weighted": sum(line.weighted for line in lines),
        }

    def cards(self, rows: QuerySet, stages: list[str]) -> dict[str, list[Opportunity]]:
        """The first deals of each step by the day of their next step: keys of all steps in one statement, then these."""
        found: dict[str, list[Opportunity]] = defaultdict(list)
        firsts = [
            rows.filter(stage=stage).order_by("next_step_on", "pk").values_list("pk", flat=True)[:CARDS]
            for stage in stages
        ]
        if firsts:
            keys = list(firsts[0].union(*firsts[1:], all=True) if firsts[1:] else firsts[0])
            shown = Opportunity.objects.filter(pk__in=keys).select_related("customer", "owner")
            for deal in shown.order_by("next_step_on", "pk"):
                found[deal.stage].append(deal)
        return found


class Forecast(PipelineView):
    """Open deals by the month of decision, weighted by probability; every figure opens its rows (OPP-09)."""

    template_name = "customers/forecast.html"
    title = _("Forecast of opportunities")

    def get_context(self) -> dict[str, Any]:
        deals = self.deals()
        lines = forecast(deals)
        by = self.request.GET.get("by", "")
        by = by if by in cross.BY_DEAL else "person"
        total = {
            "count": sum(line.count for line in lines),
            "amount": sum(line.amount for line in lines),
            "weighted": sum(line.weighted for line in lines),
            "url": self.list_url(open="on"),
        }
        return {
            **super().get_context(),
            "rows": self.months(lines),
            "total": total,
            "columns": [(line, self.list_url(stage=line.stage)) for line in by_stage(deals)],
            "by": by,
            "axes": {key: word for key, word in cross.words().items() if key in cross.BY_DEAL},
            "split": self.split(deals, by),
        }

    def months(self, lines: list[ForecastLine]) -> list[dict[str, Any]]:
        """Each month with its link and how long its bars are."""
        today = timezone.localdate(self.at)
        widest = max((line.amount for line in lines), default=0)
        rows = []
        for line in lines:
            if line.period is None:
                label, url = gettext("Without an expected day"), self.list_url(open="on", no_date="on")
            else:
                start, end = line.period.start, line.period.end
                label = date_format(start, "YEAR_MONTH_FORMAT")
                url = self.list_url(
                    open="on", expected_close_after=start.isoformat(), expected_close_before=end.isoformat()
                )
            rows.append(
                {
                    "line": line, "label": label, "url": url,
                    "late": line.period is not None and line.period.end < today,
                    "width": f"{line.amount / widest * 100:.1f}" if widest else "0",
                    "part": f"{line.weighted / widest * 100:.1f}" if widest else "0",
                }
            )  # fmt: skip
        return rows

    def split(self, deals: QuerySet, by: str) -> dict[str, Any]:
        """The weighted amounts of each month by person, team, region or product."""
        table = cross.cross(
            deals, cross.BY_DEAL[by], cross.month_of("expected_close", "no_date"), fixed={"open": "on"}
        )
        return cross.shown(table, cross.words()[by], "weighted", lambda filters: self.list_url(**filters))
