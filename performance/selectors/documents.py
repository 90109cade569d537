"""Figures and rows as the JSON documents of interfaces §2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from performance.choices import Unit
from performance.selectors.figures import Figure, FigureTable
from performance.selectors.rows import RowPage
from performance.selectors.shown import plain_number
from salesops.catalog.coins import decimals_of


def part_unit(kpi: Any) -> Unit:
    """The unit of numerator and denominator: a rate divides money by money or counts by counts."""
    if not kpi.ratio:
        return kpi.unit
    return Unit.MONEY if kpi.of or kpi.code.startswith("col_") else Unit.COUNT


def figure_row(kpi: Any, figure: Figure, coins: int) -> dict[str, Any]:
    part = part_unit(kpi)
    row = {
        "key": figure.key,
        "label": str(figure.label),
        "value": plain_number(figure.value, kpi.unit, coins),
        "numerator": None if figure.mixed else plain_number(figure.num, part, coins),
        "denominator": plain_number(figure.den, part, coins),
        "target": plain_number(figure.target, kpi.unit, coins),
        "attainment": plain_number(figure.attainment, Unit.PERCENT),
    }
    if figure.mixed:
        row["note"] = "mixed_units"
    if figure.restated:
        row["restated"] = [
            {
                "period": r.period,
                "value": plain_number(r.value, kpi.unit, coins),
                "change": plain_number(r.num, part, coins),
                "at": r.restated_at.isoformat(),
                "reason": r.reason,
            }
            for r in figure.restated
        ]
    return row


def figure_document(table: FigureTable) -> dict[str, Any]:
    """``{"code","unit","period","rows":[…],"total","computed_at","frozen"}``."""
    coins = decimals_of()
    return {
        "code": table.kpi.code,
        "unit": table.kpi.unit.value,
        "period": table.period.code,
        "by": table.by.value,
        "basis": table.basis.value if table.kpi.uses_basis else None,
        "rows": [figure_row(table.kpi, figure, coins) for figure in table.figures],
        "total": figure_row(table.kpi, table.total, coins),
        "computed_at": table.computed_at.isoformat(),
        "frozen": table.frozen,
    }


def rows_document(page: RowPage) -> dict[str, Any]:
    """The rows of one figure with the figure."""
    part, coins = part_unit(page.kpi), decimals_of()
    head = figure_row(page.kpi, page.figure, coins)
    return {
        "code": page.kpi.code,
        "unit": page.kpi.unit.value,
        "period": page.period.code,
        "by": page.by.value,
        "key": page.figure.key,
        "label": str(page.figure.label),
        "value": head["value"],
        "numerator": head["numerator"],
        "denominator": head["denominator"],
        "rows": [
            {
                "source": row.source,
                "id": row.id,
                "number": row.number,
                "date": row.date.isoformat(),
                "owner": row.owner,
                "team": row.team,
                "department": row.department,
                "customer": row.customer,
                "product": row.product,
                "region": row.region,
                "numerator": _exact(row.num, part, coins),
                "denominator": _exact(row.den, part, coins),
                "url": row.url,
            }
            for row in page.rows
        ],
        "computed_at": page.computed_at.isoformat(),
        "frozen": page.frozen,
    }


def _exact(value: Decimal | None, unit: Unit, coins: int) -> str | None:
    return plain_number(value, Unit.QUANTITY if unit == Unit.COUNT else unit, coins)
