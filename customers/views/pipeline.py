"""The pipeline: the board of open deals, and the weighted forecast by month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import CharField, F, QuerySet
from django.db.models.expressions import RawSQL
from django.middleware.csrf import get_token
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
from customers.tables.board import CardMarks
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.core.errors import NotAllowed
from salesops.core.keys import row_key
from salesops.core.policies import among_few, can, one_of
from salesops.core.questions import Question, array_of
from salesops.ui.finding import is_large
from salesops.ui.views import PageView

CARDS = 30  # cards of a column; the rest is in the list


@dataclass
class Column:
    """One step of the board."""

    line: StageLine
    deals: list[Opportunity]
    url: str
    cards: str = ""  # the deals as HTML
    goes_on: bool = False

    @property
    def more(self) -> int:
        return max(self.line.count - CARDS, 0)


class PipelineView(PageView):
    """What board and forecast share: whose deals, by person or team, within what the person may see."""

    figures_template = ""  # what follows the page

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not can(request.user, "list", Opportunity):
            raise NotAllowed(_("This page belongs to another role."))
        # Among very many deals the page opens at once and its figures follow.
        self.figures = request.GET.get("part") == "figures"
        self.follows = is_large(Opportunity) and not self.figures
        if self.figures and request.htmx:
            self.template_name = self.figures_template
        return super().get(request, *args, **kwargs)

    def get_crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Opportunities"), reverse("customers:opportunity_list"))]

    def asked(self, name: str) -> int | None:
        return row_key(self.request.GET.get(name, ""))

    def deals(self) -> QuerySet:
        """Open deals that the person may see, of the person or team that the url names."""
        rows = Opportunity.objects.visible_to(self.request.user).filter(stage__in=OPEN_STAGES)
        owner, team, product = (self.asked(name) for name in ("owner", "team", "product"))
        self.owner = None
        if owner and owner in self.offered["owner"]:
            self.owner = User.objects.filter(pk=owner).first()
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

    def figures_url(self) -> str:
        return f"?{urlencode(dict(self.request.GET.items()) | {'part': 'figures'})}"

    def get_context(self) -> dict[str, Any]:
        if self.follows:
            return {"follows": True, "figures_url": self.figures_url()}
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


CARD = (
    "title",
    "stage",
    "stage_since",
    "next_step",
    "next_step_on",
    "amount",
    "currency",
    "customer",
    "owner",
    "team",
)
_cards = Question(
    lambda *, keys: (
        Opportunity.objects.filter(one_of("pk", keys))
        .only(*CARD)
        .annotate(
            customer_name=F("customer__name"),
            customer_short=F("customer__short_name"),
            owner_name=F("owner__name"),
            owner_login=F("owner__username"),
        )
        .order_by("next_step_on", "pk")
    )
)


class OpportunityBoard(PipelineView):
    """Six columns; a card is dragged, or moved by the form on it."""

    template_name = "customers/board.html"
    figures_template = "customers/board_sums.html"
    title = _("Board of opportunities")

    def get_context(self) -> dict[str, Any]:
        rows = self.deals()
        lines = by_stage(None if self.follows else rows)
        alone = self.template_name == self.figures_template
        cards = {} if alone else self.cards(rows)
        columns = [
            Column(line, cards.get(line.stage, [])[:CARDS], self.list_url(stage=line.stage)) for line in lines
        ]
        if not alone:
            self.draw(columns, cards)
        return {
            **super().get_context(),
            "columns": columns,
            "add_url": reverse("customers:opportunity_create")
            if can(self.request.user, "add", Opportunity)
            else "",
            "total": sum(line.amount for line in lines),
            "weighted": sum(line.weighted for line in lines),
        }

    def draw(self, columns: list[Column], cards: dict[str, list[Opportunity]]) -> None:
        """Each column's cards as HTML, with what can be done with them."""
        given = {"owner": self.owner, "team": self.team}
        marks = CardMarks({name: row.pk for name, row in given.items() if row}, get_token(self.request))
        following = dict(pairwise(OPEN_STAGES))
        for column in columns:
            stage = column.line.stage
            after = following.get(stage, "")
            column.cards = marks.cards(column.deals, ways_from(stage, after), last=not after)
            column.goes_on = len(cards.get(stage, ())) > CARDS

    def cards(self, rows: QuerySet) -> dict[str, list[Opportunity]]:
        """The first deals of each step by the day of their next step, and one more where there are more.

        Each step is read by itself, in the order of the index of open deals.
        """
        stage = RawSQL("step.stage", (), output_field=CharField())
        text, asked = rows.filter(stage=stage).order_by().values("pk").query.sql_with_params()
        table = Opportunity._meta.db_table
        sql = (
            f"SELECT first.* FROM unnest(%s::varchar[]) AS step (stage), LATERAL ({text} ORDER BY {table}.next_step_on, "  # noqa: S608
            f"{table}.id LIMIT {CARDS + 1}) AS first"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [[str(stage) for stage in OPEN_STAGES], *asked])
            keys = [key for (key,) in cursor.fetchall()]
        found: dict[str, list[Opportunity]] = defaultdict(list)
        today, movable = timezone.localdate(self.at), {}
        limits = step_days(today)
        for deal in _cards(keys=array_of(keys)) if keys else ():
            whose = (deal.owner_id, deal.team_id)
            if whose not in movable:
                movable[whose] = can(self.request.user, "move", deal)
            deal.late = deal.next_step_on is not None and deal.next_step_on < today
            deal.stalled = (today - deal.stage_since).days >= limits[deal.stage]
            deal.movable = movable[whose]
            found[deal.stage].append(deal)
        return found


class Forecast(PipelineView):
    """Open deals by the month of decision, weighted by probability; every figure opens its rows (OPP-09)."""

    template_name = "customers/forecast.html"
    figures_template = "customers/forecast_figures.html"
    title = _("Forecast of opportunities")

    def get_context(self) -> dict[str, Any]:
        if self.follows:
            return super().get_context()
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
