"""What a closed month would say if it were counted again today, against what was frozen and restated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from performance.choices import Dimension
from performance.kpis.definition import KpiDef
from performance.kpis.registry import kpi_of, stored_kpis
from performance.models import KpiFigure, MonthClose, Restatement
from performance.selectors.figures import ask, nobody, sums
from performance.selectors.restated import closed_with
from salesops.core.periods import Period

COMPARED = (
    Dimension.COMPANY,
    Dimension.DEPARTMENT,
    Dimension.TEAM,
    Dimension.STAFF,
    Dimension.REGION,
    Dimension.CUSTOMER,
    Dimension.PRODUCT,
    Dimension.CATEGORY,
)


@dataclass
class Difference:
    """One figure that differs: ``num`` and ``den`` are what would have to be added; ``value`` comes out."""

    kpi: KpiDef
    period: Period
    by: Dimension
    key: str
    label: str
    frozen: Decimal | None
    num: Decimal
    den: Decimal | None
    value: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By how much the figure moved; of a rate in points, nothing where it was or is none."""
        if not self.kpi.ratio:
            return self.num
        return None if self.value is None or self.frozen is None else self.value - self.frozen

    @property
    def rows_url(self) -> str:
        """The page with the frozen rows of this figure; ``&counted=today`` counts them again."""
        return rows_url(self.kpi.code, self.period.code, self.by, self.key)


def rows_url(code: str, period: str, by: str, key: str) -> str:
    """The page with the rows of one figure of the whole company."""
    part = {} if by == Dimension.COMPANY else {"by": str(by), "key": key}
    return reverse("performance:rows") + "?" + urlencode({"code": code, "period": period} | part)


def differences(
    period: Period, *, at: datetime, dimensions: tuple[Dimension, ...] = COMPARED
) -> list[Difference]:
    """Differences of a closed month, in the order of the KPI library; empty when nothing changed.

    Where the quarter or year around it is frozen, its balances and rates are compared too: its sums are those
    of its months.
    """
    if not MonthClose.objects.filter(period=period.code).exists():
        return []
    return [
        difference
        for span in closed_with(period)
        for by in dimensions
        for difference in _of_split(span, by, whole=span == period, at=at)
    ]


def _of_split(span: Period, by: Dimension, *, whole: bool, at: datetime) -> list[Difference]:
    definitions = [k for k in stored_kpis() if by in k.dimensions and (whole or not k.additive)]
    codes = {k.code for k in definitions}
    question, _frozen = ask(definitions, [span], today=timezone.localdate(at), live=True)
    if by == Dimension.CATEGORY:
        question.kept = (span.code,)
    live = {(r["code"], r["key"]): r for r in sums(question, by)}
    known = _known(span, by, definitions, today=timezone.localdate(at))
    known = {place: row for place, row in known.items() if place[0] in codes}
    found = (
        _compare(kpi_of(code), span, by, key, live.get((code, key)), known.get((code, key)))
        for code, key in sorted(live.keys() | known.keys())
    )
    return [difference for difference in found if difference]


def _frozen(
    period: Period, by: Dimension, definitions: list[KpiDef], *, today: date
) -> Iterable[dict[str, Any]]:
    """The frozen figures of a split; customers are many, so theirs are summed from the frozen rows."""
    if by != Dimension.CUSTOMER:
        return KpiFigure.objects.filter(period=period.code, dimension=by).values(
            "code", "key", "label", "num", "den", "value", "mixed"
        )
    question, _all = ask(definitions, [period], today=today)
    found = sums(question, by)
    for row in found:
        row["value"] = kpi_of(row["code"]).value(row["num"], row["den"], mixed=row["mixed"])
    return found


def _known(
    period: Period, by: Dimension, definitions: list[KpiDef], *, today: date
) -> dict[tuple[str, str], dict[str, Any]]:
    """Frozen figures plus the restatements so far."""
    known: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _frozen(period, by, definitions, today=today):
        known[(row["code"], row["key"])] = dict(row) | {"frozen": row["value"]}
    extra: dict[tuple[str, str], list[Restatement]] = defaultdict(list)
    for restated in Restatement.objects.filter(period=period.code, dimension=by).order_by("pk"):
        extra[(restated.code, restated.key)].append(restated)
    for key, rows in extra.items():
        base = known.setdefault(
            key, {"label": rows[0].label, "num": Decimal(0), "den": None, "frozen": None, "mixed": False}
        )
        base["num"] += sum((r.num for r in rows), Decimal(0))
        if any(r.den is not None for r in rows):
            base["den"] = (base["den"] or Decimal(0)) + sum((r.den or Decimal(0) for r in rows), Decimal(0))
    return known


def _compare(
    kpi: KpiDef,
    period: Period,
    by: Dimension,
    key: str,
    live: dict[str, Any] | None,
    known: dict[str, Any] | None,
) -> Difference | None:
    num = (live["num"] if live else Decimal(0)) - (known["num"] if known else Decimal(0))
    live_den = (live["den"] if live else None) or Decimal(0)
    den = live_den - ((known["den"] if known else None) or Decimal(0))
    if not num and not den:
        return None
    source = live or known or {}
    label = source.get("label") if key and by != Dimension.COMPANY else nobody(by)
    return Difference(
        kpi=kpi,
        period=period,
        by=by,
        key=key,
        label=label or nobody(by),
        frozen=known["frozen"] if known else None,
        num=num,
        den=den if kpi.ratio else None,
        value=kpi.value(
            live["num"] if live else Decimal(0),
            live_den if kpi.ratio else None,
            mixed=bool(live and live["mixed"]),
        ),
    )
