"""Bad debts: an item is written off when finance and the general manager accept it; money may come later all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import AdjustmentKind, EntryState, PostingKind
from receivables.errors import NotReversible, OverAllocation
from receivables.models import Adjustment, PostingEntry, Receipt, Receivable, SettlementLine
from receivables.services.allocation import Allocation, post_lines, require_unreversed
from receivables.services.differences import line_of, next_number, paper_of, post_adjustment
from receivables.services.posting import ledger_rules, require_date, require_right, require_visible
from receivables.services.proofs import enter_with_proof, mend_with_proof, proofs_of
from receivables.services.reversal import reverse_allocation, reverse_lines
from receivables.services.waiting import register_posting, returned_entry
from salesops.approvals.seeds import role, route, step
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, next_share

KEY = "receivables.write_off"
PROOF = "receivables.write_off_proof_from"


@dataclass(frozen=True)
class NewWriteOff:
    """So much of an item that will not be paid, and what shows it."""

    receivable: Receivable
    amount: Decimal
    date: date
    reason: str
    evidence: str
    files: Sequence[Any] = ()


@transaction.atomic
def enter_write_off(*, actor: Any, write_off: NewWriteOff, at: datetime) -> PostingEntry:
    """Ask finance and the general manager to write off an item, wholly or in part. Nothing is posted.

    Raises ``OverAllocation`` for more than is open (with what waits), ``InvalidInput`` (also where clause R-35 asks
    for a file), ``MonthClosed``, ``NotAllowed``.
    """
    require_right(actor, "add", Adjustment)
    entry = PostingEntry(created_by=actor, kind=PostingKind.WRITE_OFF)
    _fill(entry, write_off, actor=actor, at=at)
    return enter_with_proof(entry, write_off.files, clause=PROOF, actor=actor, at=at)


@transaction.atomic
def mend_write_off(
    *, actor: Any, entry: PostingEntry, write_off: NewWriteOff, comment: str = "", at: datetime
) -> PostingEntry:
    """Correct a returned write-off and hand it in again."""
    row, request = returned_entry(entry, actor=actor)
    _fill(row, write_off, actor=actor, at=at)
    return mend_with_proof(row, request, write_off.files, clause=PROOF, actor=actor, comment=comment, at=at)


def left_to_write_off(item: Receivable, *, without: int | None = None) -> Decimal:
    """What is open and not asked to be written off yet; ``without`` is the entry that is looked at."""
    waits = PostingEntry.objects.filter(
        kind=PostingKind.WRITE_OFF, state=EntryState.ENTERED, receivable=item
    ).exclude(pk=without)
    return item.outstanding - (waits.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def require_open_item(item: Receivable) -> None:
    """Raise ``Conflict`` before anybody types, where nothing could be written off."""
    if left_to_write_off(item) > 0:
        return
    waits = item.outstanding > 0
    raise Conflict(
        _("All that is open of %(number)s waits to be written off already.") % {"number": item.number}
        if waits
        else _("Nothing of %(number)s is open.") % {"number": item.number},
        way_out=_("Look at the postings to be checked.")
        if waits
        else _("Look at its settlements: what was taken back is open again."),
    )


def _fill(entry: PostingEntry, new: NewWriteOff, *, actor: Any, at: datetime) -> None:
    item = lock_row(Receivable.objects.select_related("customer", "currency"), new.receivable.pk)
    require_visible(actor, item, field="receivable")
    require_date(new.date, at=at)
    amount = exact_amount(new.amount, currency=item.currency)
    left = left_to_write_off(item, without=entry.pk)
    if amount > left:
        raise OverAllocation(
            _("%(number)s has %(left)s %(currency)s outstanding; %(wanted)s is too much.")
            % {"number": item.number, "left": left, "currency": item.currency_id, "wanted": amount},
            field="amount",
            left=left,
            wanted=amount,
        )
    if new.date < item.issue_date:
        raise InvalidInput(
            _("%(item)s cannot be settled before %(date)s.") % {"item": item.number, "date": item.issue_date},
            field="date",
        )
    entry.reason = said(new.reason, _("Say why it will not be paid."))
    entry.evidence = said(
        new.evidence, _("Say what shows that it will not be paid."), field="evidence", most=4000
    )
    entry.customer, entry.currency, entry.receivable = item.customer, item.currency, item
    entry.owner_id, entry.team_id = item.owner_id, item.team_id
    entry.amount, entry.date = amount, new.date
    entry.base_amount = next_share(
        item.amount, item.base_amount, used=item.settled, used_base=item.settled_base, part=amount
    )


def post_accepted(entry: PostingEntry, *, actor: Any, at: datetime) -> Adjustment:
    """The last of those who accept it: what was asked is written off, if so much is still open."""
    number = next_number(entry.date)
    item = lock_row(Receivable.objects.select_related("customer"), entry.receivable_id)
    return post_adjustment(
        item,
        entry.amount,
        kind=AdjustmentKind.WRITE_OFF,
        number=number,
        day=entry.date,
        reason=entry.reason,
        evidence=entry.evidence,
        actor=actor,
        at=at,
    )


@transaction.atomic
def recover(
    *,
    actor: Any,
    write_off: Adjustment,
    receipt: Receipt,
    amount: Decimal,
    date: date | None = None,
    at: datetime,
) -> Adjustment:
    """Money that comes for a written-off item: so much of the write-off is taken back, and the money settles it.

    One act: the write-off's line is mirrored, what stays written off is posted anew, the money is allocated. Gives
    the recovery. Raises ``OverAllocation`` for more than stands written off or is left of the money.
    """
    require_right(actor, "allocate", receipt)
    require_visible(actor, write_off.receivable, field="receivable")
    day = require_date(date or timezone.localdate(at), at=at)
    number = next_number(day)
    money = lock_row(Receipt.objects.select_related("customer"), receipt.pk)
    row = lock_row(Adjustment.objects.all(), write_off.pk)
    item = lock_row(Receivable.objects.select_related("customer", "currency"), row.receivable_id)
    require_unreversed(money)
    amount = exact_amount(amount, currency=item.currency)
    if row.kind != AdjustmentKind.WRITE_OFF or amount > row.used:
        raise OverAllocation(
            _("%(left)s %(currency)s of %(number)s stands written off; %(wanted)s is too much.")
            % {"number": item.number, "left": row.used, "currency": item.currency_id, "wanted": amount},
            field="amount",
            left=row.used,
            wanted=amount,
        )
    line = row.lines.standing().get()
    day = max(day, line.date, money.received_date)
    reason = str(_("Recovered by %(receipt)s") % {"receipt": money.number})
    left, base_before = row.used - amount, item.settled_base
    reverse_lines([line], actor=actor, day=day, reason=reason, at=at)
    item.refresh_from_db()
    if left:
        base = next_share(
            item.amount, item.base_amount, used=item.settled, used_base=item.settled_base, part=left
        )
        with ledger_rules():
            SettlementLine.objects.create(
                **line_of(row, item, left, base, day=day, actor=actor, at=at), reason=reason
            )
        item.refresh_from_db()
    recovery = Adjustment(
        number=number,
        kind=AdjustmentKind.RECOVERY,
        receivable=item,
        receipt=money,
        written_off=row,
        amount=amount,
        base_amount=base_before - item.settled_base,
        reason=reason,
        **paper_of(item, day=day, actor=actor),
    )
    with ledger_rules():
        recovery.save(force_insert=True)
    post_lines(money, [Allocation(item.pk, amount)], actor=actor, day=day, at=at)
    about = {"number": number, "item": item.number, "amount": amount, "currency": item.currency_id}
    record(
        "receivables.recovery_posted",
        recovery,
        row,
        item,
        item.customer,
        money,
        actor=actor,
        at=at,
        data=about,
    )
    return recovery


@transaction.atomic
def reverse_adjustment(
    *, actor: Any, adjustment: Adjustment, reason: str, date: date | None = None, at: datetime
) -> SettlementLine:
    """Take an adjustment back; what it gave up is open again. Raises ``NotReversible``."""
    line = adjustment.lines.standing().first()
    if line is None:
        raise NotReversible(_("%(number)s has been reversed already.") % {"number": adjustment.number})
    return reverse_allocation(actor=actor, line=line, reason=reason, date=date, at=at)


def facts(entry: PostingEntry) -> dict[str, Any]:
    item = entry.receivable
    return {
        "date": entry.date,
        "receivable": item.number,
        "outstanding": f"{item.outstanding} {item.currency_id}",
        "due_date": item.due_date,
        "reason": entry.reason,
        "evidence": entry.evidence,
        "files": ", ".join(proofs_of(entry)),
    }


LABELS = {
    "date": _("date"),
    "receivable": _("for receivable"),
    "outstanding": _("outstanding"),
    "due_date": _("due on"),
    "reason": _("reason"),
    "evidence": _("evidence"),
    "files": _("files"),
}


def register_kind() -> None:
    """Called when the app is ready."""
    register_posting(
        KEY,
        "receivables.PostingEntry",
        _("Write-off"),
        post=post_accepted,
        posted="adjustment",
        facts=facts,
        labels=LABELS,
        brief=("total", "receivable", "reason"),
        flow=(
            route(
                "Every write-off",
                [],
                [
                    step("Finance", role("finance", scope="company")),
                    step("General manager", role("gm", scope="company")),
                ],
            ),
        ),
        mend_url=lambda entry: reverse("receivables:postingentry_mend", args=[entry.pk]),
    )
