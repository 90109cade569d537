"""The monthly roll-up: compute, freeze, and restate afterwards (features §4.3, quality B12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from performance.choices import Dimension
from performance.kpis.definition import sql_text
from performance.kpis.registry import BASIS, DISPUTED, stored_kpis
from performance.kpis.statement import Question, facts_sql, filled, piece
from performance.models import KpiFact, MonthClose, Restatement
from performance.selectors.differences import Difference, differences
from salesops.audit import services as audit
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock
from salesops.core.periods import Period
from salesops.core.policies import can

CLOSING = "performance.close_month"  # held by whoever closes a month, restates one, or asks what is closed


@dataclass
class CloseResult:
    """What a close did: ``done`` is False when the month had been closed before, or in a dry run."""

    period: Period
    done: bool
    close: MonthClose | None = None
    was_closed: bool = False
    facts: int = 0
    figures: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    open_before: list[str] = field(default_factory=list)


def close_month(*, actor: Any, at: datetime, period: Period, dry_run: bool = False) -> CloseResult:
    """Compute every KPI of a month for every dimension and freeze figures and rows.

    Quarters and years that end with the month freeze their balances and rates too. Closing again changes
    nothing. Raises ``InvalidInput`` for what is not a month, ``Conflict`` for one that is not over.
    """
    if actor is not None and not can(actor, "close", MonthClose):
        raise NotAllowed(
            _("You may not close a month."),
            way_out=_("Ask finance or the manager."),
            release=AskOffer(
                _("Please close %(period)s") % {"period": period.code}, roles=("finance", "manager")
            ),
        )
    if period.kind != "month":
        raise InvalidInput(_("Only a month is closed."), field="period", way_out=_("Write it as 2026-10."))
    if timezone.localdate(at) <= period.end:
        raise Conflict(
            _("%(period)s is not over; it can be closed from %(date)s on.")
            % {"period": period.code, "date": period.end + timedelta(days=1)},
            clause="performance.close_automatically",
            way_out=_("Come back then; it is closed by itself, where the clause says so."),
            earliest=period.end + timedelta(days=1),
        )
    with transaction.atomic():
        advisory_lock(CLOSING)
        existing = MonthClose.objects.filter(period=period.code).first()
        if existing:
            return CloseResult(period, False, existing, True, existing.facts, existing.figures)
        result = CloseResult(period, True, open_before=_open_before(period))
        _freeze(result, actor=actor, at=at)
        if dry_run:
            result.done = False
            transaction.set_rollback(True)
    return result


def _freeze(result: CloseResult, *, actor: Any, at: datetime) -> None:
    period = result.period
    today = timezone.localdate(at)
    ending = [period, *_ending_with(period)]
    codes = [p.code for p in ending]
    _refuse_planted(codes)
    question = Question(
        kpis=stored_kpis(), today=today, pieces=[piece(period)], wholes=[piece(p) for p in ending]
    )
    facts, params = facts_sql(question)
    with connection.cursor() as cursor:
        cursor.execute(filled("close_facts", facts=facts), params)
        result.facts = cursor.rowcount
        cursor.execute(sql_text("close_posts"), {"periods": codes})
        for one in ending:
            cursor.execute(sql_text("close_figures"), _figure_params(one))
            result.figures += cursor.rowcount
        cursor.execute(
            "SELECT code, sum(num) FROM performance_kpifact WHERE period = %s GROUP BY code", [period.code]
        )
        result.sums = dict(cursor.fetchall())
    result.close = MonthClose.objects.create(
        period=period.code,
        first_date=period.start,
        closed_at=at,
        closed_by=actor,
        basis=question.sales_basis(),
        facts=result.facts,
        figures=result.figures,
        rules={key: question.rule(key) for key in (BASIS, DISPUTED)},
    )
    audit.record(
        "performance.month_closed",
        result.close,
        actor=actor,
        at=at,
        data={"period": period.code, "rows": result.facts, "figures": result.figures},
    )


def _refuse_planted(codes: list[str]) -> None:
    """Rows that no close has counted would be frozen with the month as if it had."""
    planted = KpiFact.objects.filter(period__in=codes).count()
    if planted:
        raise Conflict(
            ngettext(
                "The month holds %(rows)s row that no close has counted.",
                "The month holds %(rows)s rows that no close has counted.",
                planted,
            )
            % {"rows": planted},
            way_out=_("An administrator of the database looks who wrote them and takes them out."),
        )


def _figure_params(period: Period) -> dict[str, Any]:
    definitions = stored_kpis()
    return {
        "periods": [period.code],
        "period": period.code,
        "first": period.start,
        "last": period.end,
        "codes": [k.code for k in definitions],
        "ratios": [k.ratio for k in definitions],
        "by_product": [k.code for k in definitions if Dimension.PRODUCT in k.dimensions],
    }


def _ending_with(month: Period) -> list[Period]:
    """The quarter and the year whose last month this is."""
    return [p for p in (Period.quarter_of(month.start), Period.year_of(month.start)) if p.end == month.end]


def _open_before(period: Period) -> list[str]:
    """Months before this one that were left open although later or earlier ones are closed."""
    first = MonthClose.objects.order_by("first_date").values_list("first_date", flat=True).first()
    if first is None or first > period.start:
        return []
    closed = set(MonthClose.objects.values_list("period", flat=True))
    month, missing = Period.month_of(first), []
    while month.start < period.start:
        if month.code not in closed:
            missing.append(month.code)
        month = month.next()
    return missing


def last_closed_day() -> date | None:
    """The last day whose figures are closed; waits for a close that is on its way."""
    advisory_lock(CLOSING)
    last = MonthClose.objects.order_by("-first_date").values_list("first_date", flat=True).first()
    return Period.month_of(last).end if last else None


@transaction.atomic
def restate_month(
    *, actor: Any, at: datetime, period: Period, reason: str, code: str = ""
) -> list[Restatement]:
    """Write what differs from the frozen figures of a closed month as dated restatements with a reason.

    The frozen figures stay. A second call without new differences writes nothing.
    """
    if actor is not None and not can(actor, "restate", MonthClose):
        raise NotAllowed(
            _("You may not restate a month."),
            way_out=_("Ask finance or the manager."),
            release=AskOffer(
                _("Please restate %(period)s") % {"period": period.code}, roles=("finance", "manager")
            ),
        )
    if not reason.strip():
        raise InvalidInput(
            _("A restatement needs a reason."), field="reason", way_out=_("Write what was corrected and why.")
        )
    advisory_lock(CLOSING)
    close = MonthClose.objects.filter(period=period.code).first()
    if close is None:
        raise Conflict(
            _("%(period)s is not closed; its figures are live.") % {"period": period.code},
            way_out=_("Nothing needs to be restated."),
        )
    found = [d for d in differences(period, at=at) if not code or d.kpi.code == code]
    rows = Restatement.objects.bulk_create([_restatement(d, actor, at, reason) for d in found])
    if rows:
        audit.record(
            "performance.month_restated",
            close,
            actor=actor,
            at=at,
            data={"period": period.code, "figures": len(rows), "reason": reason},
        )
    return rows


def _restatement(difference: Difference, actor: Any, at: datetime, reason: str) -> Restatement:
    return Restatement(
        period=difference.period.code,
        code=difference.kpi.code,
        dimension=difference.by,
        key=difference.key,
        label=difference.label,
        num=difference.num,
        den=difference.den,
        value=difference.value,
        reason=reason.strip(),
        restated_at=at,
        restated_by=actor,
    )
