"""Reads of market information: the matrix, the trend, what a campaign brought, the week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from customers.choices.deals import Stage
from customers.models import Competitor, Observation
from salesops.accounts.models import Team
from salesops.catalog.models import Product


@dataclass
class MatrixCell:
    """The newest price of a competitor beside one of our products; ``gap`` is theirs over ours minus one."""

    observation: Observation
    gap: Decimal | None


@dataclass
class MatrixRow:
    """One of our products; ``beside`` has each cell with its competitor."""

    product: Product
    cells: list[MatrixCell | None]
    beside: list[tuple[MatrixCell | None, Competitor]] = field(default_factory=list)


def price_matrix(
    competitors: Iterable[Competitor], *, since: date, region: str = "", category: str = ""
) -> list[MatrixRow]:
    """Our products against each competitor's newest price since a day; one query, only products seen."""
    rivals = list(competitors)
    rows = Observation.objects.filter(
        competitor__in=rivals, product__isnull=False, price__isnull=False, seen_on__gte=since
    ).select_related("product")
    if region:
        rows = rows.filter(region=region)
    if category:
        rows = rows.filter(product__category=category)
    newest = rows.order_by("product_id", "competitor_id", "-seen_on", "-pk").distinct(
        "product_id", "competitor_id"
    )
    by_product: dict[int, dict[int, Observation]] = {}
    products: dict[int, Product] = {}
    for row in newest:
        by_product.setdefault(row.product_id, {})[row.competitor_id] = row
        products[row.product_id] = row.product
    return [
        _row(product, rivals, by_product[product.pk])
        for product in sorted(products.values(), key=lambda p: (p.code, p.pk))
    ]


def _row(product: Product, rivals: list[Competitor], seen: dict[int, Observation]) -> MatrixRow:
    cells = [_cell(seen.get(rival.pk), product) for rival in rivals]
    return MatrixRow(product, cells, list(zip(cells, rivals, strict=True)))


def _cell(seen: Observation | None, product: Product) -> MatrixCell | None:
    if seen is None:
        return None
    comparable = seen.price is not None and product.list_price and seen.currency_id == product.currency_id
    return MatrixCell(seen, seen.price / product.list_price - 1 if comparable else None)


@dataclass
class TrendLine:
    """One month: observations by topic, product demands raised, and deals lost."""

    month: date
    topics: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    demands: int = 0

    @property
    def total(self) -> int:
        return sum(self.topics.values())


def trend(
    observations: QuerySet, deals: QuerySet, demands: QuerySet | None = None, *, months: int, today: date
) -> list[TrendLine]:
    """The last months, oldest first: what was seen by topic, what customers need, which of ``deals`` were lost."""
    first = today.replace(day=1)
    for _month in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    lines: dict[date, TrendLine] = {}
    day = first
    while day <= today:
        lines[day] = TrendLine(day)
        day = (day + timedelta(days=32)).replace(day=1)
    counted = observations.filter(seen_on__gte=first, seen_on__lte=today).order_by()
    for row in counted.values("seen_on__year", "seen_on__month", "topic").annotate(count=Count("pk")):
        lines[date(row["seen_on__year"], row["seen_on__month"], 1)].topics[row["topic"]] = row["count"]
    if demands is not None:
        needed = demands.filter(raised_on__gte=first, raised_on__lte=today).order_by()
        for row in needed.values("raised_on__year", "raised_on__month").annotate(count=Count("pk")):
            lines[date(row["raised_on__year"], row["raised_on__month"], 1)].demands = row["count"]
    gone = deals.filter(stage=Stage.LOST, closed_date__gte=first, closed_date__lte=today)
    for row in gone.order_by().values("closed_date__year", "closed_date__month").annotate(count=Count("pk")):
        lines[date(row["closed_date__year"], row["closed_date__month"], 1)].lost = row["count"]
    return list(lines.values())


def observations_of_week(team: Team, monday: date) -> QuerySet:
    """What the people of a team, and of those below it, saw in a week."""
    return Observation.objects.filter(
        team__path__startswith=team.path, seen_on__range=(monday, monday + timedelta(days=6))
    ).select_related("competitor", "owner", "product")


def news_for(user: Any, competitors: Iterable[int], *, limit: int = 5) -> list[Observation]:
    """The newest observations of these competitors."""
    rows = Observation.objects.visible_to(user).filter(competitor__in=list(competitors))
    return list(rows.select_related("competitor", "owner").order_by("-seen_on", "-pk")[:limit])
