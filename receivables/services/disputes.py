"""Disputes: opened in what the customer objects to, followed step by step, settled one way or another (REC-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices.disputes import DisputeCategory, DisputeResolution
from receivables.models import CreditNote, Dispute, Receivable
from receivables.services.posting import ledger_rules, require_date, require_right
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row


@dataclass(frozen=True)
class NewDispute:
    """``amount`` empty: all that is outstanding; ``opened_date`` empty: today."""

    words: str
    category: str = DisputeCategory.OTHER
    amount: Decimal | None = None
    opened_date: date | None = None
    follower: User | None = None
    next_step: str = ""
    next_date: date | None = None


@transaction.atomic
def open_dispute(*, actor: Any, receivable: Receivable, dispute: NewDispute, at: datetime) -> Dispute:
    """Write down what the customer objects to; the item rests in reminders and oldest-first allocation.

    Raises ``Conflict`` where one is open already, ``InvalidInput`` (more than outstanding, dates), ``NotAllowed``.
    """
    require_right(actor, "dispute", receivable)
    words = said(dispute.words, _("Say what the customer disputes."))
    item = lock_row(Receivable.objects.all(), receivable.pk)
    if item.disputed:
        raise Conflict(
            _("%(number)s is disputed already.") % {"number": item.number},
            way_out=_("Settle the open dispute first, or add to its next step."),
        )
    if not item.outstanding:
        raise Conflict(
            _("%(number)s is settled; nothing of it is left to dispute.") % {"number": item.number},
            way_out=_("Write a ticket, or give credit by a credit note."),
        )
    day = dispute.opened_date or max(timezone.localdate(at), item.issue_date)
    _require_day(day, item.issue_date, "opened_date", at=at)
    amount = item.outstanding if dispute.amount is None else dispute.amount
    amount = exact_amount(amount, currency=item.currency)
    if amount > item.outstanding:
        raise InvalidInput(
            _("Only %(left)s is outstanding.") % {"left": item.outstanding},
            field="amount",
            left=item.outstanding,
        )
    _require_next(dispute.next_step, dispute.next_date, since=day)
    row = Dispute(
        receivable=item,
        customer_id=item.customer_id,
        category=dispute.category,
        amount=amount,
        words=words,
        opened_date=day,
        follower=dispute.follower or item.owner,
        next_step=dispute.next_step.strip(),
        next_date=dispute.next_date,
        created_by=actor,
    )
    with ledger_rules():
        row.save(force_insert=True)
    receivable.refresh_from_db()
    _write("dispute_opened", row, actor=actor, at=at, comment=words)
    return row


@transaction.atomic
def follow_dispute(
    *,
    actor: Any,
    dispute: Dispute,
    follower: User | None,
    next_step: str,
    next_date: date | None,
    comment: str = "",
    at: datetime,
) -> Dispute:
    """Say who follows an open dispute, what comes next and by when; what was done goes into the timeline."""
    row = _open(dispute, actor=actor, verb="dispute")
    _require_next(next_step, next_date, since=row.opened_date)
    row.follower, row.next_step, row.next_date = follower or row.follower, next_step.strip(), next_date
    row.version += 1
    row.save(update_fields=["follower", "next_step", "next_date", "version", "updated_at"])
    _write("dispute_followed", row, actor=actor, at=at, comment=comment, next_step=row.next_step)
    return row


@transaction.atomic
def hand_dispute(obj: Dispute, taker: User, *, at: datetime, reason: str) -> None:
    """With the work of a person: who takes it over follows the dispute, its next step stands."""
    row = lock_row(Dispute.objects.all(), obj.pk)
    row.follower = taker
    row.version += 1
    row.save(update_fields=["follower", "version", "updated_at"])
    _write("dispute_followed", row, actor=None, at=at, comment=reason, next_step=row.next_step)


@transaction.atomic
def settle_dispute(
    *,
    actor: Any,
    dispute: Dispute,
    resolution: str,
    outcome: str,
    resolved_date: date | None = None,
    credit_note: CreditNote | None = None,
    at: datetime,
) -> Dispute:
    """End a dispute: by a credit note of this item, withdrawn, or accepted otherwise.

    From that day on the item is reminded and allocated again. Raises ``InvalidInput``, ``Conflict``, ``NotAllowed``.
    """
    row = _open(dispute, actor=actor, verb="resolve")
    words = said(outcome, _("Say how it was resolved."), field="outcome")
    day = resolved_date or max(timezone.localdate(at), row.opened_date)
    _require_day(day, row.opened_date, "resolved_date", at=at)
    if resolution == DisputeResolution.CREDIT_NOTE:
        credit_note = credit_note or _credit_of(row)
        if credit_note is None or credit_note.receivable_id != row.receivable_id:
            raise InvalidInput(
                _("No credit note for %(number)s is posted yet.") % {"number": row.receivable},
                field="resolution",
                way_out=_("Finance posts the credit note first; then settle the dispute."),
            )
    row.resolution, row.outcome, row.resolved_date = resolution, words, day
    row.credit_note = credit_note if resolution == DisputeResolution.CREDIT_NOTE else None
    row.version += 1
    with ledger_rules():
        row.save(
            update_fields=["resolution", "outcome", "resolved_date", "credit_note", "version", "updated_at"]
        )
    _write("dispute_resolved", row, actor=actor, at=at, comment=words)
    return row


def _open(dispute: Dispute, *, actor: Any, verb: str) -> Dispute:
    item = lock_row(Receivable.objects.all(), dispute.receivable_id)
    require_right(actor, verb, item)
    row = lock_row(Dispute.objects.all(), dispute.pk)
    if row.resolved_date is not None:
        raise Conflict(
            _("This dispute was settled on %(date)s.") % {"date": row.resolved_date},
            way_out=_("Open a new dispute if the customer objects again."),
        )
    return row


def _credit_of(dispute: Dispute) -> CreditNote | None:
    """The newest credit note for the item since it was disputed, if it stands."""
    rows = CreditNote.objects.filter(
        receivable=dispute.receivable_id, reversal_of=None, reversed_date=None, date__gte=dispute.opened_date
    )
    return rows.order_by("-date", "-pk").first()


def _require_day(day: date, first: date, field: str, *, at: datetime) -> None:
    require_date(day, at=at, field=field)
    if day < first:
        raise InvalidInput(_("It cannot be before %(date)s.") % {"date": first}, field=field)


def _require_next(step: str, day: date | None, *, since: date) -> None:
    if day is not None and not step.strip():
        raise InvalidInput(_("Say what is to be done by then."), field="next_step")
    if day is not None and day < since:
        raise InvalidInput(_("It cannot be before %(date)s.") % {"date": since}, field="next_date")


def _write(verb: str, row: Dispute, *, actor: Any, at: datetime, comment: str = "", **more: Any) -> None:
    item = row.receivable
    data = {"number": item.number, "amount": row.amount, "currency": item.currency_id, **more}
    record(f"receivables.{verb}", item, row, item.customer, actor=actor, at=at, comment=comment, data=data)
