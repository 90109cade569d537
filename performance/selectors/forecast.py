"""Where a figure will end at the pace of the workdays that have passed (TGT-05)."""

from __future__ import annotations

from decimal import Decimal

from performance.kpis.definition import KpiDef


def forecast(kpi: KpiDef, value: Decimal | None, share: Decimal) -> Decimal | None:
    """The value at the end of the period if the rest goes like the part that has passed.

    ``share`` is the part of the workdays that has passed. Rates and balances do not grow with the days: what they are
    now is the forecast. ``None`` before the first workday, or without a value.
    """
    if value is None or kpi.ratio or not kpi.additive:
        return value
    if share >= 1:
        return value
    return value / share if share > 0 else None
