"""Figures: a KPI over a period, split by a dimension, frozen where the month was closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from performance.choices import Basis, Dimension
from performance.kpis.definition import KpiDef
from performance.kpis.registry import kpi_of, kpis
from performance.kpis.statement import Question, facts_sql, filled, piece
from performance.models import MonthClose
from performance.selectors.reach import EVERYTHING, Reach, Selection, conditions
from performance.selectors.restated import Correction, corrections, frozen_periods, put_beside
from performance.selectors.targets import company_target, targets_by_subject
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period

COLUMN = {
    Dimension.COMPANY: "NULL::bigint",
    Dimension.STAFF: "owner_id",
    Dimension.TEAM: "team_id",
    Dimension.DEPARTMENT: "department_id",
    Dimension.CUSTOMER: "customer_id",
    Dimension.PRODUCT: "product_id",
    Dimension.REGION: "COALESCE(region, '')",
    Dimension.CATEGORY: "COALESCE(category, '')",
}
JOINS = {
    Dimension.STAFF: ("accounts_user", "username", "name"),
    Dimension.TEAM: ("accounts_team", "code", "name"),
    Dimension.DEPARTMENT: ("accounts_team", "code", "name"),
    Dimension.CUSTOMER: ("customers_customer", "code", "name"),
    Dimension.PRODUCT: ("catalog_product", "code", "name"),
}
NAMES = {Dimension.REGION, Dimension.CATEGORY}  # split by a name, not by a record
POST_DIMENSIONS = {Dimension.COMPANY, Dimension.STAFF, Dimension.TEAM, Dimension.DEPARTMENT}


@dataclass
class Figure:
    """One figure: the sum of its rows, its target, and later corrections of a frozen one."""

    key: str
    label: str
    ref: Any = None
    num: Decimal | None = Decimal(0)
    den: Decimal | None = None
    value: Decimal | None = None
    target: Decimal | None = None
    unit: str | None = None
    mixed: bool = False
    rows: int = 0
    restated: list[Correction] = field(default_factory=list)

    @property
    def attainment(self) -> Decimal | None:
        """Value ÷ target; ``None`` without a target (rule z)."""
        return self.value / self.target if self.target and self.value is not None else None


@dataclass
class FigureTable:
    """The answer to one question; ``total`` is the sum over all rows."""

    kpi: KpiDef
    period: Period
    by: Dimension
    basis: Basis
    computed_at: datetime
    frozen: bool
    figures: list[Figure]
    total: Figure


def nobody(by: Dimension) -> str:
    """The name of what has no key."""
    return {
        Dimension.STAFF: _("Nobody"),
        Dimension.TEAM: _("No team"),
        Dimension.DEPARTMENT: _("No department"),
        Dimension.PRODUCT: _("No product"),
        Dimension.REGION: _("No region"),
        Dimension.CATEGORY: _("No category"),
        Dimension.COMPANY: _("Company"),
    }.get(by, _("Nobody"))


def require_dimension(kpi: KpiDef, by: Dimension) -> None:
    """Raise ``InvalidInput`` where a KPI cannot be split that way."""
    if by not in kpi.dimensions:
        raise InvalidInput(
            _("“%(kpi)s” cannot be split by %(by)s.") % {"kpi": kpi.title, "by": by.value},
            field="by",
            way_out=_("It can be split by: %(list)s.")
            % {"list": ", ".join(d.value for d in Dimension if d in kpi.dimensions)},
        )


def require_narrowing(kpi: KpiDef, selection: Selection | None) -> None:
    """Raise ``InvalidInput`` where a KPI does not know the region or the category that is asked for."""
    for by in selection.narrowed if selection else ():
        if by not in kpi.dimensions:
            raise InvalidInput(
                _("“%(kpi)s” cannot be narrowed to one %(by)s.") % {"kpi": kpi.title, "by": by.value},
                field=by.value,
                way_out=_("These can: %(list)s.")
                % {"list": ", ".join(code for code, one in kpis.items() if by in one.dimensions)},
            )


def closed_months(period: Period) -> dict[str, MonthClose]:
    """The closed months inside a period, by code."""
    found = MonthClose.objects.filter(first_date__range=(period.start, period.end))
    return {close.period: close for close in found.order_by("first_date")}


def ask(
    definitions: Sequence[KpiDef],
    periods: Iterable[Period],
    *,
    today: date,
    basis: Basis | None = None,
    closed: dict[str, MonthClose] | None = None,
    live: bool = False,
    rules: Mapping[str, Any] | None = None,
) -> tuple[Question, bool]:
    """The question for some KPIs and periods, and whether every part of the answer is frozen.

    ``live`` leaves the frozen figures aside. A basis other than the company's is always counted live.
    """
    question = Question(kpis=definitions, today=today, basis=basis, rules=rules)
    spans = list(periods)
    if closed is None:
        closed = {} if live or not spans else closed_months(_hull(spans))
    frozen = bool(spans)
    for span in spans:
        codes = [k for k in definitions if k.additive]
        for month in span.months() if codes else ():
            close = closed.get(month.code)
            if close and not live and (basis is None or close.basis == basis):
                question.frozen += [(span.code, month.code, k.code) for k in codes]
            else:
                frozen = False
                question.pieces.append(piece(month, span.code))
        windows = [k for k in definitions if not k.additive]
        if windows and not live and Period.month_of(span.end).code in closed:
            question.frozen += [(span.code, span.code, k.code) for k in windows]
        elif windows:
            frozen = False
            question.wholes.append(piece(span))
    if not any(k.additive for k in definitions):
        question.pieces = []
    return question, frozen


def _hull(spans: list[Period]) -> Period:
    return Period(min(s.start for s in spans), max(s.end for s in spans))


def sums(
    question: Question,
    by: Dimension,
    *,
    reach: Reach = EVERYTHING,
    selection: Selection | None = None,
    from_facts: bool = False,
    top: int | None = None,
) -> list[dict[str, Any]]:
    """Sums per code, period and key of one dimension: one statement, set-based.

    Frozen parts come from the sums by person and team where that is fine enough, unless ``from_facts``. With
    ``top`` only the largest keys.
    """
    narrowed = selection.narrowed if selection else ()
    dated = selection is not None and bool(selection.first or selection.last)
    question.posts_only = by in POST_DIMENSIONS and not (from_facts or dated or narrowed)
    question.regions = Dimension.REGION in (by, *narrowed)
    question.categories = Dimension.CATEGORY in (by, *narrowed)
    sql, params = facts_sql(question)
    where, more = conditions(reach, selection)
    params |= more
    if by in JOINS:
        table, key, label = JOINS[by]
        key, label, join = (
            f"COALESCE(l.{key}, '')",
            f"COALESCE(l.{label}, '')",
            f"LEFT JOIN {table} l ON l.id = g.ref",
        )
    else:
        key = label = "g.ref" if by in NAMES else "'company'"
        join = ""
    shape = {
        "column": COLUMN[by],
        "where": " AND ".join(where) or "true",
        "key": key,
        "label": label,
        "join": join,
        "top": "" if top is None else f"ORDER BY num DESC NULLS LAST, ref LIMIT {top:d}",
    }
    return fetch(sql + "\n" + filled("sums", **shape), params)


def fetch(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a statement as dictionaries."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def figure_table(
    code: str,
    period: Period,
    by: Dimension = Dimension.COMPANY,
    *,
    at: datetime,
    basis: Basis | None = None,
    reach: Reach = EVERYTHING,
    selection: Selection | None = None,
    live: bool = False,
    from_facts: bool = False,
) -> FigureTable:
    """One KPI over one period by one dimension, with targets and attainment.

    ``at`` is the time of asking. Raises ``InvalidInput`` for an unknown code or an impossible split.
    """
    kpi = kpi_of(code)
    require_dimension(kpi, by)
    require_narrowing(kpi, selection)
    narrowed = bool(selection and selection.narrowed)
    today = timezone.localdate(at)
    rows_of = kpi_of(kpi.of) if kpi.of else kpi
    closed = {} if live else closed_months(period)
    question, frozen = ask([rows_of], [period], today=today, basis=basis, closed=closed, live=live)
    found = sums(question, by, reach=reach, selection=selection, from_facts=from_facts)
    figures = [_figure(kpi, by, row) for row in found]
    subjects = {} if narrowed else targets_by_subject(rows_of.code, period, by)
    _add_targets(kpi, subjects, by, figures, alone=reach.everything and selection is None)
    total = _total(kpi, figures)
    if not kpi.ratio:
        total.target = company_target(subjects) if figures else None
    parts = frozen_periods(rows_of, period, closed, basis)
    restated = corrections(rows_of, parts, by, reach=reach, selection=selection)
    figures += _only_restated(kpi, by, figures, restated)
    put_beside(kpi, figures, restated)
    at_close = max((c.closed_at for c in closed.values()), default=at)
    return FigureTable(
        kpi=kpi,
        period=period,
        by=by,
        basis=question.sales_basis(),
        computed_at=at_close if frozen else at,
        frozen=frozen,
        figures=figures,
        total=total,
    )


def _figure(kpi: KpiDef, by: Dimension, row: dict[str, Any]) -> Figure:
    figure = Figure(
        key=row["key"],
        label=row["label"] if row["key"] and by != Dimension.COMPANY else nobody(by),
        ref=row["ref"],
        num=row["num"],
        den=row["den"],
        unit=row["unit"],
        mixed=row["mixed"],
        rows=row["rows"],
    )
    figure.value = kpi.value(figure.num, figure.den, mixed=figure.mixed)
    return figure


def _add_targets(
    kpi: KpiDef, subjects: Mapping[Any, Any], by: Dimension, figures: list[Figure], *, alone: bool
) -> None:
    """Put targets beside figures; somebody with a target and no rows yet is a row of nothing done."""
    known = {figure.ref for figure in figures}
    for subject in subjects.values():
        if alone and subject.ref not in known and not subject.has_units:
            figures.append(
                Figure(
                    subject.key,
                    subject.label or nobody(by),
                    subject.ref,
                    den=Decimal(0) if kpi.ratio else None,
                )
            )
            figures[-1].value = kpi.value(figures[-1].num, figures[-1].den)
    if by == Dimension.COMPANY and not figures:
        empty = Decimal(0) if kpi.ratio else None
        figures.append(Figure("company", nobody(by), den=empty, value=kpi.value(Decimal(0), empty)))
    for figure in figures:
        subject = subjects.get(figure.ref)
        if kpi.of:
            figure.den = subject.value if subject else None
            figure.value = kpi.value(figure.num, figure.den)
        elif subject:
            figure.target = subject.value
    figures.sort(key=lambda f: f.key)


def _total(kpi: KpiDef, figures: list[Figure]) -> Figure:
    total = Figure("total", _("Total"), den=None)
    total.num = sum((f.num or Decimal(0) for f in figures), Decimal(0))
    dens = [f.den for f in figures if f.den is not None]
    total.den = sum(dens, Decimal(0)) if dens or kpi.ratio else None
    total.mixed = any(f.mixed for f in figures) or len({f.unit for f in figures if f.unit is not None}) > 1
    total.rows = sum(f.rows for f in figures)
    total.value = kpi.value(total.num, total.den, mixed=total.mixed)
    return total


def _only_restated(kpi: KpiDef, by: Dimension, figures: list[Figure], rows: list[Any]) -> list[Figure]:
    """Who had nothing when the month was closed, and was given something later."""
    known = {figure.key for figure in figures}
    missing = {row.key: row.label for row in rows if row.key not in known and by != Dimension.COMPANY}
    empty = Decimal(0) if kpi.ratio else None
    return [
        Figure(key, label, num=Decimal(0), den=empty, value=kpi.value(Decimal(0), empty))
        for key, label in sorted(missing.items())
    ]
