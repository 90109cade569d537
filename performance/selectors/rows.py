"""The rows of a figure: what was counted, with number, date, owner and a link; their sum is the figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from customers.models import Customer, Lead, Opportunity, OpportunityLine, Visit
from orders.models import Order, OrderLine, Return
from performance.choices import Basis, Dimension
from performance.kpis.definition import KpiDef
from performance.kpis.registry import kpi_of
from performance.kpis.statement import facts_sql, filled
from performance.models import Target
from performance.selectors.figures import (
    Figure,
    ask,
    closed_months,
    fetch,
    figure_table,
    require_dimension,
)
from performance.selectors.keys import key_condition
from performance.selectors.reach import EVERYTHING, Reach, Selection, conditions
from receivables.models import CreditNote, Receivable, SettlementLine
from salesops.core.periods import Period
from salesops.ui.links import may_open


@dataclass
class Row:
    """One source row of a figure."""

    source: str
    id: int
    date: date
    num: Decimal
    den: Decimal | None
    unit: str | None
    owner: str = ""
    owner_name: str = ""
    team: str = ""
    team_name: str = ""
    department: str = ""
    customer: str = ""
    customer_name: str = ""
    product: str = ""
    product_name: str = ""
    region: str = ""
    category: str = ""
    number: str = ""
    url: str = ""

    @property
    def kind(self) -> str | Promise:
        return SOURCES[self.source].title


@dataclass
class RowPage:
    """Rows of one figure (all or one page of them) with the figure itself."""

    kpi: KpiDef
    period: Period
    by: Dimension
    key: str
    figure: Figure
    rows: list[Row]
    count: int
    computed_at: datetime
    frozen: bool


@dataclass(frozen=True)
class Source:
    """A kind of source row: its name, the number to show, and the page to open."""

    title: Any
    url_name: str
    lookup: Callable[[list[int]], Mapping[int, tuple[str, int]]]


def _numbers(model: Any, number: str = "number", target: str = "pk") -> Callable[[list[int]], Any]:
    def lookup(ids: list[int]) -> dict[int, tuple[str, int]]:
        found = model.objects.filter(pk__in=ids).values_list("pk", number, target)
        return {pk: (text or "", opens) for pk, text, opens in found}

    return lookup


def _targets(ids: list[int]) -> dict[int, tuple[str, int]]:
    return {t.pk: (t.period.code, t.pk) for t in Target.objects.filter(pk__in=ids)}


SOURCES: dict[str, Source] = {
    "orderline": Source(
        _("Order line"), "orders:order_detail", _numbers(OrderLine, "order__number", "order")
    ),
    "order": Source(_("Order"), "orders:order_detail", _numbers(Order)),
    "return": Source(_("Return"), "orders:order_detail", _numbers(Return, "order__number", "order")),
    "creditnote": Source(_("Credit note"), "receivables:creditnote_detail", _numbers(CreditNote)),
    "receivable": Source(_("Open item"), "receivables:receivable_detail", _numbers(Receivable)),
    "settlement": Source(
        _("Allocation"),
        "receivables:receivable_detail",
        _numbers(SettlementLine, "receivable__number", "receivable"),
    ),
    "visit": Source(_("Visit"), "customers:visit_detail", _numbers(Visit)),
    "opportunity": Source(_("Opportunity"), "customers:opportunity_detail", _numbers(Opportunity, "code")),
    "dealline": Source(
        _("Product of an opportunity"),
        "customers:opportunity_detail",
        _numbers(OpportunityLine, "opportunity__code", "opportunity"),
    ),
    "customer": Source(_("Customer"), "customers:customer_detail", _numbers(Customer, "code")),
    "lead": Source(_("Lead"), "customers:lead_detail", _numbers(Lead)),
    "contract": Source(_("Contract"), "contracts:contract_detail", _numbers(Contract)),
    "target": Source(_("Target"), "performance:target_detail", _targets),
}


def figure_rows(
    code: str,
    period: Period,
    by: Dimension,
    key: str,
    *,
    at: datetime,
    basis: Basis | None = None,
    reach: Reach = EVERYTHING,
    selection: Selection | None = None,
    limit: int | None = None,
    offset: int = 0,
    live: bool = False,
) -> RowPage:
    """The rows of one figure, newest last; the figure is computed from the same facts and the same reach."""
    kpi = kpi_of(code)
    require_dimension(kpi, by)
    only = key_condition(by, key)
    table = figure_table(
        code, period, by, at=at, basis=basis, reach=reach, selection=selection, live=live, from_facts=True
    )
    wanted = "company" if by == Dimension.COMPANY else key
    figure = next((f for f in table.figures if f.key == wanted), None)
    if figure is None:
        figure = Figure(key, key, value=kpi.value(Decimal(0), Decimal(0) if kpi.ratio else None))
    rows_of = kpi_of(kpi.of) if kpi.of else kpi
    closed = {} if live else closed_months(period)
    today = timezone.localdate(at)
    question, _frozen = ask([rows_of], [period], today=today, basis=basis, closed=closed, live=live)
    sql, params = facts_sql(question)
    where, more = conditions(reach, selection)
    if only:
        where.append(only[0])
        more |= only[1]
    rows = _fetch_rows(sql, params | more, where, limit=limit, offset=offset)
    rows += _target_rows(kpi, period, figure, by) if offset == 0 else []
    _add_numbers(rows)
    return RowPage(kpi, period, by, key, figure, rows, figure.rows, table.computed_at, table.frozen)


def _fetch_rows(
    sql: str, params: dict[str, Any], where: list[str], *, limit: int | None, offset: int
) -> list[Row]:
    page = filled("page", where=" AND ".join(where) or "true")
    found = fetch(sql + "\n" + page, params | {"limit": limit, "offset": offset})
    return [Row(**row) for row in found]


def _target_rows(kpi: KpiDef, period: Period, figure: Figure, by: Dimension) -> list[Row]:
    """The target under an attainment, shown as the row that gives the denominator."""
    if not kpi.of or figure.den is None:
        return []
    return [
        Row(
            "target", 0, period.start, Decimal(0), figure.den, None, owner=figure.key if by == "staff" else ""
        )
    ]


def _add_numbers(rows: Iterable[Row]) -> None:
    """Numbers and links of the source records, one query per kind."""
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    for name, members in by_source.items():
        source = SOURCES[name]
        found: dict[int, tuple[str, int]] = {}
        ids = sorted({row.id for row in members})
        for start in range(0, len(ids), 10000):
            found |= source.lookup(ids[start : start + 10000])
        for row in members:
            row.number, opens = found.get(row.id, ("", 0))
            row.url = _url(source.url_name, opens)


def _url(name: str, pk: int) -> str:
    """The page of a source record; "" where the reader's role opens no such page."""
    app, _colon, page = name.partition(":")
    if not pk or not may_open(apps.get_model(app, page.removesuffix("_detail"))):
        return ""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""
