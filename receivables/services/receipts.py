"""Recording money that came in, and taking back what bounced (architecture §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices import AdjustmentKind, EntryState, Method, PaperState, Source
from receivables.errors import DuplicateReceipt, NotReversible, SecondPersonNeeded
from receivables.events import ReceiptRecorded, ReceiptReversed
from receivables.models import (
    Adjustment,
    BankLine,
    CreditNote,
    HeldPaper,
    Receipt,
    ReceiptEntry,
    Receivable,
    SettlementLine,
)
from receivables.services.allocation import (
    Allocation,
    _oldest,
    post_lines,
    require_unreversed,
)
from receivables.services.differences import SmallRests
from receivables.services.posting import (
    base_of,
    holder_on,
    ledger_rules,
    require_date,
    require_right,
    require_visible,
    team_of,
)
from receivables.services.reversal import reverse_lines
from receivables.services.waiting import one_at_a_time_of
from salesops.accounts.models import User
from salesops.approvals.registry import Counted
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.events import publish
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row, lock_rows
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number, unless_taken

NUMBER_CLASS = "SK"


@dataclass(frozen=True)
class NewReceipt:
    """Money received, as the bank statement says it. Without ``number`` the next SK number is taken."""

    customer: Customer
    received_date: date
    amount: Decimal
    currency: Currency
    method: str = Method.TRANSFER
    bank_account: str = ""
    bank_reference: str = ""
    number: str = ""
    owner: User | None = None
    source: str = Source.MANUAL
    base_rate: Decimal | None = None  # instead of the table's


def needs_second_person(receipt: NewReceipt, *, at: datetime) -> tuple[bool, Decimal, Decimal]:
    """Whether a receipt waits for a second person today, the amount that counts together, and the limit."""
    today = timezone.localdate(at)
    limit = rule("receivables.second_person_amount", on=today)
    amount = exact_amount(receipt.amount, currency=receipt.currency)
    base = base_of(amount, receipt.currency.pk, on=receipt.received_date, rate=receipt.base_rate)[1]
    span = timedelta(days=rule("approvals.split_days", on=today) - 1)
    others = counted_with(receipt.customer.pk, receipt.received_date, span)
    total = base + sum((line.amount for line in others), Decimal(0))
    return total >= limit, total, limit


def one_at_a_time(receipt: NewReceipt) -> None:
    """Receipts of one customer are weighed against the limit one after the other; first the line of the bank that
    this one books, which somebody may be confirming at this moment."""
    lock_bank_line(receipt)
    one_at_a_time_of(receipt.customer.pk)


def lock_bank_line(receipt: NewReceipt) -> None:
    """Take the open line of the bank before anything of the ledger, as those do who confirm it."""
    lines = BankLine.objects.named(receipt.bank_account, receipt.bank_reference).order_by("pk")
    lock_rows(BankLine.objects.all(), lines.values_list("pk", flat=True)[:1])


def counted_with(
    customer_id: int, day: date, span: timedelta, *, without: int | None = None
) -> list[Counted]:
    """What else of a customer came in within ``span`` of a day, so that nothing is split to stay under a limit.

    Receipts that wait for a second person count, too; ``without`` is the entry that is looked at. What a file
    brought as history does not: nobody could split it any more.
    """
    days = (day - span, day + span)
    posted = Receipt.objects.filter(
        customer_id=customer_id,
        received_date__range=days,
        reversal_of__isnull=True,
        reversed_date__isnull=True,
    ).exclude(history_at_import())
    waiting = ReceiptEntry.objects.filter(
        customer_id=customer_id, received_date__range=days, state=EntryState.ENTERED
    ).exclude(pk=without)
    found = [
        Counted("receivables.receipt", *line)
        for line in posted.order_by("received_date", "pk").values_list(
            "pk", "number", "received_date", "base_amount"
        )
    ]
    for line in waiting.order_by("received_date", "pk"):
        found.append(
            Counted("receivables.receiptentry", line.pk, str(line), line.received_date, line.base_amount)
        )
    return found


def history_at_import(day: str = "received_date") -> Q:
    """Documents that were so old when a file brought them that nobody had to accept them (handbook R-15)."""
    days = timedelta(days=rule("receivables.import_history_days", on=timezone.localdate()))
    return Q(**{"source": Source.IMPORT, f"{day}__lte": TruncDate("created_at") - Value(days)})


@transaction.atomic
def record_receipt(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    allocation_date: date | None = None,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> Receipt:
    """Post a receipt and, in the same act, what it settles; the rest stays unallocated.

    Allocations are dated ``allocation_date``, by default the day the money came (or the later issue date).
    ``give_up`` names receivables whose small rest is given up in the same step (handbook R-33), because of ``why``.
    Raises ``DuplicateReceipt`` (naming the receipt of the same bank line), ``OverAllocation``, ``WrongSide``,
    ``MonthClosed``, ``InvalidInput``, ``NotAllowed``, ``SecondPersonNeeded`` above the limit of the handbook.
    """
    require_right(actor, "add", Receipt)
    require_visible(actor, receipt.customer, field="customer")
    require_date(receipt.received_date, at=at, field="received_date")
    if actor is not None:
        one_at_a_time(receipt)
        needed, total, limit = needs_second_person(receipt, at=at)
        if needed:
            raise SecondPersonNeeded(
                _("A receipt of this size is posted only after a second person has accepted it."),
                field="amount",
                clause="receivables.second_person_amount",
                way_out=_("Enter it as a receipt to be checked."),
                amount=total,
                limit=limit,
            )
    return post_receipt(
        actor=actor,
        receipt=receipt,
        allocations=allocations,
        oldest_first=oldest_first,
        allocation_date=allocation_date,
        give_up=give_up,
        why=why,
        at=at,
    )


def post_receipt(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    allocation_date: date | None = None,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> Receipt:
    """The posting itself, after whoever may decide has decided."""
    lock_bank_line(receipt)
    require_date(receipt.received_date, at=at, field="received_date")
    rests = SmallRests(give_up, why, day=allocation_date or receipt.received_date, at=at)
    posted = _insert(receipt, actor=actor)
    record(
        "receivables.receipt_recorded",
        posted,
        posted.customer,
        actor=actor,
        at=at,
        data={
            "number": posted.number,
            "amount": posted.amount,
            "currency": posted.currency_id,
            "date": posted.received_date,
        },
    )
    publish(ReceiptRecorded(receipt_id=posted.pk, at=at))
    if oldest_first and not allocations:
        allocations = _oldest(posted, on=allocation_date or timezone.localdate(at))
    if allocations:
        post_lines(posted, allocations, actor=actor, day=allocation_date, at=at)
    rests.post(posted, actor=actor)
    return posted


def _insert(new: NewReceipt, *, actor: Any) -> Receipt:
    amount = exact_amount(new.amount, currency=new.currency)
    account, reference = new.bank_account.strip(), new.bank_reference.strip()
    require_new_bank_line(account, reference)
    rate, base = base_of(amount, new.currency.pk, on=new.received_date, rate=new.base_rate)
    owner = new.owner or holder_on(new.customer, new.received_date)
    row = Receipt(
        number=new.number.strip() or next_free_number(NUMBER_CLASS, Receipt, on=new.received_date),
        customer=new.customer,
        owner=owner,
        team=team_of(owner, new.received_date, new.customer),
        currency=new.currency,
        amount=amount,
        base_rate=rate,
        base_amount=base,
        received_date=new.received_date,
        method=new.method,
        bank_account=account,
        bank_reference=reference,
        source=new.source,
        created_by=actor,
    )

    def taken() -> DuplicateReceipt:
        return DuplicateReceipt(
            _("There is a receipt %(number)s already.") % {"number": row.number},
            field="number",
            existing=row.number,
        )

    try:
        with unless_taken(Receipt, taken), ledger_rules():
            row.save(force_insert=True)
    except IntegrityError:
        require_new_bank_line(account, reference)  # somebody else recorded the same line meanwhile
        raise
    row.refresh_from_db()
    row.customer = new.customer  # read already
    return row


def require_new_bank_line(account: str, reference: str) -> None:
    """One receipt per bank line: a double click or a second import finds the first."""
    if not reference:
        return
    existing = Receipt.objects.filter(
        bank_account=account, bank_reference=reference, reversal_of__isnull=True
    ).first()
    if existing:
        raise DuplicateReceipt(
            _("This bank line is recorded already as %(number)s.") % {"number": existing.number},
            field="bank_reference",
            way_out=_("Open that receipt; nothing was recorded a second time."),
            existing=existing.number,
            existing_id=existing.pk,
        )


@transaction.atomic
def reverse_receipt(
    *, actor: Any, receipt: Receipt, reason: str, date: date | None = None, at: datetime
) -> Receipt:
    """Take a receipt back (a bounced draft, a wrong customer) by its mirror; what it settled is open again.

    Its settlements are reversed on the same day; due dates stay as they were. As of earlier days it counts.
    Returns the mirror. Raises ``NotReversible``, ``MonthClosed``.
    """
    require_right(actor, "reverse", receipt)
    lock_rows(
        HeldPaper.objects.all(), HeldPaper.objects.filter(receipt=receipt.pk).values_list("pk", flat=True)
    )
    mirror = reverse_document(receipt, number_class=NUMBER_CLASS, actor=actor, reason=reason, day=date, at=at)
    publish(ReceiptReversed(receipt_id=receipt.pk, reversal_id=mirror.pk, at=at))
    HeldPaper.objects.filter(receipt=receipt.pk, state=PaperState.HONOURED).update(
        state=PaperState.BOUNCED,
        ended_date=mirror.received_date,
        reason=mirror.reason,
        version=F("version") + 1,
    )
    return mirror


def reverse_document(
    document: Receipt | CreditNote,
    *,
    number_class: str,
    actor: Any,
    reason: str,
    day: date | None,
    at: datetime,
) -> Any:
    """Post the mirror of a receipt or credit note after reversing its standing lines."""
    reason = said(reason, _("Say why it is reversed."))
    day = require_date(day or timezone.localdate(at), at=at)
    number = next_free_number(number_class, type(document), on=day)
    locked = lock_row(type(document).objects.all(), document.pk)
    require_unreversed(locked)
    lines = list(locked.lines.standing().select_related("receivable"))
    if any(line.refund_id for line in lines):
        raise NotReversible(
            _("Money of %(number)s went back to the customer.") % {"number": locked.number},
            way_out=_("Reverse the refund first."),
        )
    lines += _rests_given_up(locked)
    items = lock_rows(Receivable.objects.all(), [line.receivable_id for line in lines])
    last = locked.lines.aggregate(day=Max("date"))["day"]  # lines that were taken back count until that day
    day = max(day, locked.date, last or locked.date)
    if lines:
        reverse_lines(lines, actor=actor, day=day, reason=reason, at=at)
    mirror = _mirror(locked, number=number, day=day, reason=reason, actor=actor)
    try:
        with ledger_rules():
            mirror.save(force_insert=True)
    except IntegrityError as error:
        raise NotReversible(
            _("%(number)s has been reversed already.") % {"number": document.number}
        ) from error
    document.refresh_from_db()
    mirror.refresh_from_db()
    kind = "receipt" if isinstance(document, Receipt) else "credit"
    record(
        f"receivables.{kind}_reversed",
        locked,
        mirror,
        locked.customer,
        *items.values(),
        actor=actor,
        at=at,
        comment=reason,
        data={
            "number": locked.number,
            "amount": locked.amount,
            "currency": locked.currency_id,
            "mirror": number,
        },
    )
    return mirror


def _rests_given_up(document: Receipt | CreditNote) -> list[SettlementLine]:
    """Small rests that were given up because this money came: they are open again, too."""
    if not isinstance(document, Receipt):
        return []
    rows = Adjustment.objects.filter(receipt=document, kind=AdjustmentKind.SMALL_DIFFERENCE)
    keys = sorted(lock_rows(Adjustment.objects.all(), rows.values_list("pk", flat=True)))
    return list(SettlementLine.objects.standing().filter(adjustment__in=keys).select_related("receivable"))


def _mirror(document: Any, *, number: str, day: date, reason: str, actor: Any) -> Any:
    same = {
        name: getattr(document, name)
        for name in ("customer_id", "owner_id", "team_id", "currency_id", "base_rate", "source")
    }
    if isinstance(document, Receipt):
        same |= {
            "received_date": day,
            "method": document.method,
            "bank_account": document.bank_account,
            "bank_reference": document.bank_reference,
        }
    else:
        same |= {"date": day, "receivable_id": document.receivable_id}
    return type(document)(
        number=number,
        amount=-document.amount,
        base_amount=-document.base_amount,
        reversal_of=document,
        reason=reason,
        created_by=actor,
        **same,
    )
