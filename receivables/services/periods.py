"""Closing a month of the ledger: waits for postings in flight, refuses later ones (B8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.events import LedgerMonthClosed
from receivables.models import PeriodLock
from receivables.services.posting import require_right
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.events import publish
from salesops.core.periods import Period
from salesops.core.registry import Registry


@dataclass(frozen=True)
class MonthQuestion:
    """What should be done before a month is closed: ``count(period)`` says how much of it is left.

    ``stops``: closing asks for a word on it; otherwise it is only told (money that nobody allocated may stay so).
    ``place(period)`` is the address where it is done; ``order`` is that of the work of a month.
    """

    label: Any
    count: Callable[[Period], int]
    stops: bool = True
    place: Callable[[Period], str] | None = None
    order: int = 50


month_questions: Registry[MonthQuestion] = Registry("receivables.month_questions")


def left_of(period: Period, *, stopping: bool = False) -> list[tuple[Any, int]]:
    """What is left to do of a month, by question; nothing where all is done. ``stopping``: only what stops closing."""
    asked = [step for step in steps_of(period, stopping=stopping) if step.left]
    return [(step.question.label, step.left) for step in asked]


@dataclass(frozen=True)
class MonthStep:
    """A question of a month with what is ``left`` of it, and the address where that is done."""

    question: MonthQuestion
    left: int
    url: str = ""


def steps_of(period: Period, *, stopping: bool = False) -> list[MonthStep]:
    """The work of a month in its order, done or not."""
    asked = [question for question in month_questions if question.stops or not stopping]
    return [
        MonthStep(each, each.count(period), each.place(period) if each.place else "")
        for each in sorted(asked, key=lambda each: each.order)
    ]


@transaction.atomic
def close_ledger_month(*, actor: Any, period: Period, at: datetime, despite: bool = False) -> PeriodLock:
    """Close one month for ever; closing a closed month changes nothing. Returns its row.

    Raises ``InvalidInput`` for anything but a month that is over, ``NotAllowed``, and ``Conflict`` naming what is left
    to do, unless it is closed ``despite`` that.
    """
    require_right(actor, "close", PeriodLock)
    if period.kind != "month":
        raise InvalidInput(_("The ledger is closed month by month."), field="period")
    if period.end >= timezone.localdate(at):
        raise InvalidInput(
            _("%(month)s is not over yet.") % {"month": period.code},
            field="period",
            way_out=_("Close it from the first day of the next month on."),
        )
    left = left_of(period, stopping=True)
    if left and not despite:
        raise Conflict(
            _("Before %(month)s is closed: %(left)s.")
            % {"month": period.code, "left": "; ".join(f"{label}: {count}" for label, count in left)},
            field="despite",
            way_out=_("Deal with them, or close the month despite them."),
        )
    PeriodLock.objects.get_or_create(module="receivables", month=period.start)
    row = PeriodLock.objects.select_for_update().get(module="receivables", month=period.start)
    if row.closed:
        return row
    row.closed, row.closed_at, row.closed_by = True, at, actor
    row.save(update_fields=["closed", "closed_at", "closed_by"])
    record("receivables.month_closed", row, actor=actor, at=at, data={"month": period.code})
    publish(LedgerMonthClosed(month=period.start, at=at))
    return row
