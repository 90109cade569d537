"""What a person does with a line of the bank: book it, refuse a proposal, set it aside, open it again.

Booking goes through ``record_or_enter`` like a typed receipt, so limit, month, balances and the UNIQUE of the bank line
hold. Lock order: the bank line, then what the ledger locks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import Method
from receivables.choices.bank import LINE_MOVES, OPEN_LINES, ClaimState, LineState, SetAside
from receivables.events import PostingDecided, ReceiptRecorded, ReceiptReversed
from receivables.models import BankClaim, BankLine, Receipt, ReceiptEntry
from receivables.services.allocation import Allocation
from receivables.services.bank_claims import prefer_claim, settle_claims
from receivables.services.entries import record_or_enter
from receivables.services.matching import is_sure, propose
from receivables.services.posting import require_right
from receivables.services.receipts import NewReceipt
from receivables.services.waiting import one_at_a_time_of
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.events import subscribe
from salesops.core.inputs import said
from salesops.core.locking import lock_row, lock_rows
from salesops.handbook.selectors import rule


def require_open(line: BankLine) -> None:
    """Raise ``Conflict`` unless money came in on the line and nothing was decided about it yet."""
    if line.state in OPEN_LINES:
        return
    raise Conflict(
        _("This line is “%(state)s” already.") % {"state": line.get_state_display()},
        way_out=_("Open its page: it says what became of it, and how that is taken back."),
    )


def _locked(actor: Any, line: BankLine) -> BankLine:
    require_right(actor, "match", line)
    row = lock_row(BankLine.objects.select_related("account", "currency"), line.pk)
    require_open(row)
    return row


def _move(line: BankLine, state: LineState, **values: Any) -> None:
    if line.state != state:
        LINE_MOVES.require(line.state, state, labels=dict(LineState.choices))
    line.state = state
    line.version += 1
    for name, value in values.items():
        setattr(line, name, value)
    line.save(update_fields=["state", "version", "updated_at", *values])


def _tell(
    verb: str, line: BankLine, *others: Any, actor: Any, at: datetime, comment: str = "", **more: Any
) -> None:
    data = {"amount": line.amount, "currency": line.currency_id, "date": line.date, **more}
    record(f"receivables.bankline_{verb}", line, *others, actor=actor, at=at, comment=comment, data=data)


@transaction.atomic
def confirm_line(
    *,
    actor: Any,
    line: BankLine,
    customer: Customer,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    received_date: date | None = None,
    give_up: Sequence[int] = (),
    why: str = "",
    claim: BankClaim | None = None,
    at: datetime,
) -> BankLine:
    """Book the money of a line as a receipt of ``customer`` with what it settles; the rest stays unallocated.

    ``give_up`` names receivables whose small rest is given up in the same step (handbook R-33), because of ``why``.
    ``claim`` is the one that wins where several people claim the money for this customer.

    Above the limit of the handbook the line waits with its receipt for a second person. ``received_date`` is the
    bank's day, or a later one where its month is closed. Raises what ``record_or_enter`` raises, and ``Conflict``
    where somebody decided about the line before.
    """
    row = _locked(actor, line)
    if received_date and received_date < row.date:
        raise InvalidInput(
            _("The bank received the money on %(date)s only.") % {"date": row.date},
            field="received_date",
            way_out=_("Name that day or a later one."),
        )
    new = NewReceipt(
        customer=customer,
        received_date=received_date or row.date,
        amount=row.amount,
        currency=row.currency,
        method=Method.TRANSFER,
        bank_account=row.account.number,
        bank_reference=row.receipt_reference,
    )
    prefer_claim(row, claim)
    done = record_or_enter(
        actor=actor,
        receipt=new,
        allocations=allocations,
        oldest_first=oldest_first,
        give_up=give_up,
        why=why,
        at=at,
    )
    row.refresh_from_db()
    if isinstance(done, ReceiptEntry):
        _move(row, LineState.WAITING, entry=done, proposals=[], score=0)
        _tell("entered", row, done, actor=actor, at=at)
    else:
        _booked(row, done, actor=actor, at=at)
    return row


def _booked(line: BankLine, receipt: Receipt, *, actor: Any, at: datetime) -> None:
    if line.receipt_id == receipt.pk:
        return
    _move(line, LineState.POSTED, receipt=receipt, proposals=[], score=0)
    settle_claims(line, receipt.customer_id, actor=actor, at=at)
    _tell("booked", line, receipt, actor=actor, at=at, number=receipt.number)


def confirm_proposal(*, actor: Any, line: BankLine, customer_id: int, at: datetime) -> BankLine:
    """Book a line as proposed for a customer. Raises ``Conflict`` where it is not proposed (any more)."""
    line = BankLine.objects.get(pk=line.pk)
    proposal = next((each for each in line.proposals if each["customer"] == customer_id), None)
    if proposal is None:
        require_open(line)
        raise Conflict(
            _("This is not proposed any more."),
            way_out=_("Reload the page and look at what is proposed now."),
        )
    parts = [Allocation(pk, Decimal(amount)) for pk, amount in proposal["parts"]]
    customer = Customer.objects.get(pk=customer_id)
    return confirm_line(actor=actor, line=line, customer=customer, allocations=parts, at=at)


@transaction.atomic
def confirm_sure(*, actor: Any, lines: Sequence[BankLine], at: datetime) -> list[BankLine]:
    """Book several lines as proposed, all or none; only sure proposals (handbook R-40). Raises ``Conflict`` naming others."""
    today = timezone.localdate(at)
    doubtful = [line for line in lines if not is_sure(line.proposals, line.amount, on=today)]
    if doubtful:
        raise Conflict(
            _("Not sure enough to be confirmed together: %(lines)s.")
            % {"lines": "; ".join(str(line) for line in doubtful[:3])},
            way_out=_("Confirm these one by one on their pages."),
            clause="receivables.bank_sure_score",
            score=min(line.score for line in doubtful),
            limit=rule("receivables.bank_sure_score", on=today),
        )
    ordered = sorted(lines, key=lambda line: (line.date.year, line.pk))  # as the number series are taken
    lock_rows(BankLine.objects.all(), [line.pk for line in lines])
    for customer in sorted({line.proposals[0]["customer"] for line in lines}):
        one_at_a_time_of(customer)
    return [
        confirm_proposal(actor=actor, line=line, customer_id=line.proposals[0]["customer"], at=at)
        for line in ordered
    ]


@transaction.atomic
def reject_proposal(*, actor: Any, line: BankLine, customer_id: int, at: datetime) -> BankLine:
    """It is not from this customer: not proposed again for the line, and less readily for the same payer."""
    row = _locked(actor, line)
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None or customer_id not in [each["customer"] for each in row.proposals]:
        raise Conflict(
            _("This is not proposed any more."),
            way_out=_("Reload the page and look at what is proposed now."),
        )
    row.rejected = sorted({*row.rejected, customer_id})
    row.version += 1
    row.save(update_fields=["rejected", "version", "updated_at"])
    _tell("rejected", row, customer, actor=actor, at=at)
    propose(on=timezone.localdate(at))
    row.refresh_from_db()
    return row


@transaction.atomic
def set_line_aside(*, actor: Any, line: BankLine, why: str, note: str = "", at: datetime) -> BankLine:
    """No customer paid this: a fee, interest, a transfer of our own. Raises ``Conflict``, ``InvalidInput``."""
    row = _locked(actor, line)
    if why not in SetAside.values or why == SetAside.OUTGOING:
        raise InvalidInput(
            _("Say why nothing is booked."), field="why", way_out=_("Choose one of the reasons.")
        )
    if why == SetAside.OTHER:
        note = said(note, _("Say why nothing is booked."))
    _move(row, LineState.IGNORED, set_aside=why, note=note.strip()[:300], proposals=[], score=0)
    settle_claims(row, None, actor=actor, at=at)
    _tell("set_aside", row, actor=actor, at=at, comment=note, why=str(SetAside(why).value))
    return row


@transaction.atomic
def reopen_line(*, actor: Any, line: BankLine, at: datetime) -> BankLine:
    """A line that was set aside is open again. Raises ``Conflict`` for money that went out or a line not set aside."""
    require_right(actor, "match", line)
    row = lock_row(BankLine.objects.all(), line.pk)
    if row.state != LineState.IGNORED or row.amount < 0:
        raise Conflict(
            _("Only money that came in and was set aside is opened again."),
            way_out=_("A receipt is reversed on its own page; its line is open again then."),
        )
    _move(row, LineState.NEW, set_aside="", note="")
    _tell("reopened", row, actor=actor, at=at)
    propose(on=timezone.localdate(at))
    row.refresh_from_db()
    return row


@transaction.atomic
def match_again(*, actor: Any, at: datetime) -> int:
    """Link what was typed by hand, then propose for all open lines anew; how many have a proposal."""
    require_right(actor, "match", BankLine)
    link_recorded(at=at)
    return propose(on=timezone.localdate(at))


def link_recorded(*, at: datetime) -> int:
    """Open lines whose account and reference a standing receipt of the same amount has: they are booked already."""
    linked = 0
    open_lines = BankLine.objects.unmatched().incoming().exclude(reference="").select_related("account")
    for start in _pages(open_lines):
        references = {line.reference for line in start}
        standing = Receipt.objects.filter(
            bank_reference__in=references, reversal_of=None, reversed_date=None, bank_line=None
        )
        receipts = {(receipt.bank_account, receipt.bank_reference): receipt for receipt in standing}
        for line in start:
            receipt = receipts.get((line.account.number, line.reference)) or receipts.get(
                (line.account.name, line.reference)
            )
            if receipt and (receipt.amount, receipt.currency_id) == (line.amount, line.currency_id):
                row = lock_row(BankLine.objects.all(), line.pk)
                if row.state in OPEN_LINES:
                    _booked(row, receipt, actor=None, at=at)
                    linked += 1
    return linked


def _pages(lines: Any) -> list[list[BankLine]]:
    found = list(lines.order_by("pk"))
    return [found[n : n + 2000] for n in range(0, len(found), 2000)]


def _open_again(line: BankLine, verb: str, *, at: datetime, **more: Any) -> None:
    """The receipt is gone: the line waits for somebody again, and takes another reference next time."""
    claimed = line.claims.filter(state=ClaimState.OPEN).exists()
    _move(line, LineState.CLAIMED if claimed else LineState.NEW, **more)
    _tell(verb, line, actor=None, at=at)


@subscribe(ReceiptRecorded)
def receipt_recorded(event: ReceiptRecorded) -> None:
    """Somebody typed a receipt of a line that lies here: the line is booked by it."""
    receipt = Receipt.objects.get(pk=event.receipt_id)
    named = BankLine.objects.named(receipt.bank_account, receipt.bank_reference)
    line = named.filter(amount=receipt.amount, currency=receipt.currency_id).first()
    if line is None:
        return
    row = lock_row(BankLine.objects.all(), line.pk)
    if row.state in OPEN_LINES:
        _booked(row, receipt, actor=receipt.created_by, at=event.at)


@subscribe(ReceiptReversed)
def receipt_reversed(event: ReceiptReversed) -> None:
    line = BankLine.objects.filter(receipt=event.receipt_id).first()
    if line is None:
        return
    row = lock_row(BankLine.objects.all(), line.pk)
    row.claims.filter(state=ClaimState.CONFIRMED).update(state=ClaimState.REVERSED)
    _open_again(row, "reversed", at=event.at, receipt=None, entry=None, postings=row.postings + 1)


@subscribe(PostingDecided)
def posting_decided(event: PostingDecided) -> None:
    """The second person decided about the receipt of a line."""
    if event.model != ReceiptEntry._meta.label:
        return
    line = BankLine.objects.filter(entry=event.entry_id, state=LineState.WAITING).first()
    if line is None:
        return
    row = lock_row(BankLine.objects.all(), line.pk)
    if event.document_id is None:
        _open_again(row, "turned_down", at=event.at, entry=None)
        return
    receipt = Receipt.objects.get(pk=event.document_id)
    if (receipt.amount, receipt.currency_id) != (row.amount, row.currency_id):
        raise Conflict(
            _("The bank line says %(amount)s %(currency)s.")
            % {"amount": row.amount, "currency": row.currency_id},
            way_out=_("Return the entry to be corrected to what the bank received."),
        )
    _booked(row, receipt, actor=receipt.created_by, at=event.at)
