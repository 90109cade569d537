"""Setting money and credit against receivables; ``reversal`` takes it back (domain §1: 核销 is allocation).

Lock order: receipt or credit note, adjustments, refunds, then receivables by primary key. Everything that locks follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.errors import NotReversible, OverAllocation, WrongSide
from receivables.events import ReceiptAllocated
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from receivables.services.differences import SmallRests
from receivables.services.posting import (
    Shares,
    ledger_rules,
    require_date,
    require_right,
    require_visible,
)
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.core.events import publish
from salesops.core.inputs import exact_amount
from salesops.core.locking import lock_row, lock_rows
from salesops.core.money import next_share

D = TypeVar("D", Receipt, CreditNote)


@dataclass(frozen=True)
class Allocation:
    """So much of a document for this receivable, in their currency."""

    receivable_id: int
    amount: Decimal


def propose_oldest_first(
    items: Iterable[Receivable], money: Decimal, *, skip_disputed: bool = True
) -> list[Allocation]:
    """Share ``money`` over open items in their order, disputed ones left out; never more than is open."""
    answer = []
    for item in items:
        if money <= 0:
            break
        if item.outstanding <= 0 or (skip_disputed and item.disputed):
            continue
        part = min(item.outstanding, money)
        answer.append(Allocation(item.pk, part))
        money -= part
    return answer


@transaction.atomic
def allocate_receipt(
    *,
    actor: Any,
    receipt: Receipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    date: date | None = None,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> list[SettlementLine]:
    """Set unallocated money of a receipt against receivables of the same customer and currency.

    Chosen amounts, or the oldest first without disputed items. ``date`` is the posting date, today by
    default. ``give_up`` names receivables whose small rest is written off in the same step (handbook R-33), with
    the reason ``why``. Raises ``OverAllocation``, ``WrongSide``, ``MonthClosed``, ``NotAllowed``, ``InvalidInput``.
    """
    require_right(actor, "allocate", receipt)
    rests = SmallRests(give_up, why, day=date, at=at)  # numbers come first in the lock order
    locked = lock_row(Receipt.objects.all(), receipt.pk)
    lines = _allocate(locked, actor=actor, allocations=allocations, oldest=oldest_first, day=date, at=at)
    rests.post(locked, actor=actor)
    return lines


@transaction.atomic
def allocate_credit_note(
    *,
    actor: Any,
    credit_note: CreditNote,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    date: date | None = None,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> list[SettlementLine]:
    """The same for a credit note."""
    require_right(actor, "allocate", credit_note)
    rests = SmallRests(give_up, why, day=date, at=at)  # numbers come first in the lock order
    locked = lock_row(CreditNote.objects.all(), credit_note.pk)
    lines = _allocate(locked, actor=actor, allocations=allocations, oldest=oldest_first, day=date, at=at)
    rests.post(locked, actor=actor)
    return lines


def _allocate(
    document: D,
    *,
    actor: Any,
    allocations: Sequence[Allocation],
    oldest: bool,
    day: date | None,
    at: datetime,
) -> list[SettlementLine]:
    posting = require_date(day or timezone.localdate(at), at=at)
    require_unreversed(document)
    if oldest and not allocations:
        allocations = _oldest(document, on=posting)
        if not allocations:
            raise InvalidInput(
                _("There is nothing open that this could settle."),
                way_out=_("Disputed items are left out; choose them by hand."),
            )
    return post_lines(document, allocations, actor=actor, day=posting, at=at)


def _oldest(document: D, *, on: date) -> list[Allocation]:
    """Proposal for a document; taken under the lock of the document, the items are locked when posted."""
    items = (
        Receivable.objects.open()
        .filter(customer_id=document.customer_id, currency_id=document.currency_id, issue_date__lte=on)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    oldest_first = sorted(items, key=lambda item: (item.due_date, item.pk))
    return propose_oldest_first(oldest_first, document.unallocated)


def require_unreversed(document: Receipt | CreditNote) -> None:
    if document.reversed_date or document.reversal_of_id:
        raise NotReversible(
            _("%(number)s has been reversed; nothing can be allocated from it.") % {"number": document.number}
        )


def _merged(allocations: Sequence[Allocation]) -> dict[int, Decimal]:
    """Amounts by receivable, checked one by one; a receivable named twice is a mistake of the caller."""
    wanted: dict[int, Decimal] = {}
    for part in allocations:
        if part.receivable_id in wanted:
            raise InvalidInput(_("A receivable is named twice."), field="allocations")
        wanted[part.receivable_id] = exact_amount(part.amount, field="allocations")
    if not wanted:
        raise InvalidInput(_("No amount is given."), field="allocations")
    return wanted


def _require_sides(document: Receipt | CreditNote, item: Receivable | None, day: date) -> Receivable:
    if item is None:
        raise InvalidInput(_("There is no such receivable."), field="allocations")
    if item.customer_id != document.customer_id:
        raise WrongSide(
            _("%(item)s belongs to another customer than %(document)s.")
            % {"item": item.number, "document": document.number},
            field="allocations",
        )
    if item.currency_id != document.currency_id:
        raise WrongSide(
            _("%(item)s is in %(mine)s, %(document)s in %(other)s.")
            % {
                "item": item.number,
                "mine": item.currency_id,
                "document": document.number,
                "other": document.currency_id,
            },
            field="allocations",
        )
    if day < item.issue_date or day < document.date:
        raise InvalidInput(
            _("%(item)s cannot be settled before %(date)s.")
            % {"item": item.number, "date": max(item.issue_date, document.date)},
            field="date",
        )
    return item


def post_lines(
    document: D,
    allocations: Sequence[Allocation],
    *,
    actor: Any,
    day: date | None,
    at: datetime,
) -> list[SettlementLine]:
    """Post lines from a locked document: lock the receivables by pk, check both sides, write, tell.

    ``day`` None: the earliest date both documents allow (value date of the money), and not before something that
    stood against either of them was taken back.
    """
    wanted = _merged(allocations)
    total = sum(wanted.values())
    if total > document.unallocated:
        raise OverAllocation(
            _("%(number)s has %(left)s %(currency)s left; %(wanted)s cannot be allocated.")
            % {
                "number": document.number,
                "left": document.unallocated,
                "currency": document.currency_id,
                "wanted": total,
            },
            field="allocations",
            left=document.unallocated,
            wanted=total,
        )
    items = lock_rows(Receivable.objects.all(), wanted)
    free_from = {} if day else _taken_back(document, wanted)
    lines = []
    shares = Shares(document)
    for pk in sorted(wanted):
        item = items.get(pk)
        posting = day or (max(document.date, item.issue_date) if item else document.date)
        posting = max(posting, free_from.get(pk, posting), free_from.get(None, posting))
        item = _require_sides(document, item, posting)
        require_visible(actor, item, field="allocations")
        lines.append(_line(document, item, wanted[pk], shares, actor=actor, day=posting, at=at))
    for posting in {line.date for line in lines}:
        require_date(posting, at=at)
    with ledger_rules():
        SettlementLine.objects.bulk_create(lines)
    customer = document.customer
    document.refresh_from_db()
    document.customer = customer  # read already
    _tell_allocated(document, lines, items, actor=actor, at=at)
    return lines


def _taken_back(document: Receipt | CreditNote, items: Iterable[int]) -> dict[int | None, date]:
    """The last day on which something was taken back, by receivable and (``None``) of the document: until then it stood."""
    side = {"receipt": document} if isinstance(document, Receipt) else {"credit_note": document}
    backs = SettlementLine.objects.filter(reversal_of__isnull=False).order_by()
    days: dict[int | None, date] = dict(
        backs.filter(receivable__in=list(items)).values_list("receivable").annotate(last=Max("date"))
    )
    own = backs.filter(**side).aggregate(last=Max("date"))["last"] if document.pk else None
    return days | ({None: own} if own else {})


def _line(
    document: Receipt | CreditNote,
    item: Receivable,
    amount: Decimal,
    shares: Shares,
    *,
    actor: Any,
    day: date,
    at: datetime,
) -> SettlementLine:
    if amount > item.outstanding:
        raise OverAllocation(
            _("%(number)s has %(left)s %(currency)s outstanding; %(wanted)s is too much.")
            % {
                "number": item.number,
                "left": item.outstanding,
                "currency": item.currency_id,
                "wanted": amount,
            },
            field="allocations",
            way_out=_("What is left over stays on the receipt as unallocated money."),
            receivable=item.pk,
            left=item.outstanding,
            wanted=amount,
        )
    base = next_share(
        item.amount, item.base_amount, used=item.settled, used_base=item.settled_base, part=amount
    )
    return SettlementLine(
        receivable=item,
        receipt=document if isinstance(document, Receipt) else None,
        credit_note=document if isinstance(document, CreditNote) else None,
        customer_id=document.customer_id,
        currency_id=document.currency_id,
        amount=amount,
        base_amount=base,
        exchange_difference=shares.difference(amount, base),
        date=day,
        recorded_at=at,
        recorded_by=actor,
    )


def _tell_allocated(
    document: Receipt | CreditNote,
    lines: list[SettlementLine],
    items: dict[int, Receivable],
    *,
    actor: Any,
    at: datetime,
) -> None:
    is_receipt = isinstance(document, Receipt)
    record(
        "receivables.receipt_allocated" if is_receipt else "receivables.credit_allocated",
        document,
        document.customer,
        *items.values(),
        actor=actor,
        at=at,
        data={
            "number": document.number,
            "amount": sum(line.amount for line in lines),
            "currency": document.currency_id,
            "parts": [[items[line.receivable_id].number, line.amount] for line in lines],
        },
    )
    publish(
        ReceiptAllocated(
            receipt_id=document.pk if is_receipt else None,
            credit_note_id=None if is_receipt else document.pk,
            line_ids=tuple(line.pk for line in lines),
            at=at,
        )
    )
