"""Taking settlements back: an equal and opposite line for each. Lock order as in ``allocation``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import AdjustmentKind
from receivables.errors import NotReversible
from receivables.events import SettlementReversed
from receivables.models import Receivable, SettlementLine
from receivables.services.posting import (
    ledger_rules,
    require_date,
    require_right,
)
from salesops.audit.services import record
from salesops.core.events import publish
from salesops.core.inputs import said
from salesops.core.locking import lock_row


@transaction.atomic
def reverse_allocation(
    *, actor: Any, line: SettlementLine, reason: str, date: date | None = None, at: datetime
) -> SettlementLine:
    """Take one settlement back by an equal and opposite line, dated today by default, never before it.

    Raises ``NotReversible`` when it is reversed already or is a reversal itself.
    """
    require_right(actor, "reverse", line)
    if line.refund_id:
        raise NotReversible(
            _("This money went back to the customer."), way_out=_("Reverse the refund instead.")
        )
    document = line.document
    if line.adjustment_id and document.kind == AdjustmentKind.HELD_BACK:
        raise NotReversible(
            _("What is held back is an item of its own and comes back by its release."),
            way_out=_("Release the retention; it is then due like any other item."),
        )
    lock_row(type(document).objects.all(), document.pk)
    lock_row(Receivable.objects.all(), line.receivable_id)
    day = require_date(date or timezone.localdate(at), at=at)
    mirror = reverse_lines([line], actor=actor, day=day, reason=reason, at=at)[0]
    document.refresh_from_db()
    record(
        "receivables.settlement_reversed",
        document,
        line.receivable,
        document.customer,
        actor=actor,
        at=at,
        comment=reason,
        data={
            "number": document.number,
            "item": line.receivable.number,
            "amount": line.amount,
            "currency": line.currency_id,
        },
    )
    return mirror


def reverse_lines(
    lines: Sequence[SettlementLine], *, actor: Any, day: date, reason: str, at: datetime
) -> list[SettlementLine]:
    """Mirror lines whose document and receivables the caller has locked."""
    reason = said(reason, _("Say why it is reversed."))
    fresh = SettlementLine.objects.filter(pk__in=[line.pk for line in lines])
    if fresh.standing().count() != len(lines):
        raise NotReversible(
            _("This settlement has been reversed already, or is itself a reversal."),
            way_out=_("Allocate again where money was taken back by mistake."),
        )
    mirrors = [
        SettlementLine(
            receivable_id=line.receivable_id,
            receipt_id=line.receipt_id,
            credit_note_id=line.credit_note_id,
            adjustment_id=line.adjustment_id,
            refund_id=line.refund_id,
            customer_id=line.customer_id,
            currency_id=line.currency_id,
            amount=-line.amount,
            base_amount=-line.base_amount,
            exchange_difference=-line.exchange_difference,
            date=max(day, line.date),
            recorded_at=at,
            recorded_by=actor,
            reversal_of=line,
            reason=reason,
        )
        for line in sorted(lines, key=lambda line: line.pk)
    ]
    with ledger_rules():
        SettlementLine.objects.bulk_create(mirrors)
    for mirror in mirrors:
        publish(SettlementReversed(line_id=mirror.reversal_of_id, reversal_id=mirror.pk, at=at))
    return mirrors
