"""Receipts above a limit: entered by one person of finance, posted when a second one accepts (DAT-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from receivables.choices import Method, PaperState
from receivables.errors import DuplicateReceipt
from receivables.models import HeldPaper, Receipt, ReceiptEntry, Receivable
from receivables.services.allocation import Allocation
from receivables.services.posting import (
    base_of,
    holder_on,
    require_date,
    require_right,
    require_visible,
    team_of,
)
from receivables.services.receipts import (
    NewReceipt,
    counted_with,
    needs_second_person,
    one_at_a_time,
    post_receipt,
    record_receipt,
    require_new_bank_line,
)
from receivables.services.waiting import (
    ask_for,
    hand_in_again,
    register_posting,
    returned_entry,
    save_entry,
    tell,
)
from salesops.approvals.formats import choice
from salesops.core.errors import Conflict
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row
from salesops.core.masking import mask_account

KEY = "receivables.receipt"


@dataclass(frozen=True)
class Settles:
    """What a receipt settles, and of which receivables a small rest is given up with it (handbook R-33)."""

    allocations: Sequence[Allocation] = ()
    oldest_first: bool = False
    give_up: Sequence[int] = ()
    why: str = ""


def _fill(
    entry: ReceiptEntry,
    actor: Any,
    receipt: NewReceipt,
    settles: Settles,
    *,
    at: datetime,
) -> None:
    """What was typed, checked as far as that is possible before the posting."""
    require_date(receipt.received_date, at=at, field="received_date")
    entry.amount = exact_amount(receipt.amount, currency=receipt.currency)
    entry.bank_account, entry.bank_reference = receipt.bank_account.strip(), receipt.bank_reference.strip()
    require_new_bank_line(entry.bank_account, entry.bank_reference)
    entry.customer, entry.currency = receipt.customer, receipt.currency
    entry.owner = receipt.owner or holder_on(receipt.customer, receipt.received_date)
    entry.team = team_of(entry.owner, receipt.received_date, receipt.customer)
    entry.number, entry.base_rate = receipt.number, receipt.base_rate
    entry.base_amount = base_of(
        entry.amount, receipt.currency.pk, on=receipt.received_date, rate=receipt.base_rate
    )[1]
    entry.received_date, entry.method = receipt.received_date, receipt.method
    entry.allocations = [[line.receivable_id, str(line.amount)] for line in settles.allocations]
    entry.oldest_first = settles.oldest_first
    entry.give_up = sorted(set(settles.give_up))
    entry.give_up_reason = (
        said(settles.why, _("Say why the rest is given up."), field="why") if entry.give_up else ""
    )


def _save(entry: ReceiptEntry) -> None:
    save_entry(
        entry,
        DuplicateReceipt(_("This bank line waits for a second person already."), field="bank_reference"),
    )


@transaction.atomic
def enter_receipt(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> ReceiptEntry:
    """Write down a receipt that a second person has to accept, and ask. Nothing is posted.

    Raises what ``record_receipt`` raises for the same input, except for what only the posting can tell.
    """
    require_right(actor, "add", Receipt)
    require_visible(actor, receipt.customer, field="customer")
    entry = write_entry(
        actor=actor,
        receipt=receipt,
        allocations=allocations,
        oldest_first=oldest_first,
        give_up=give_up,
        why=why,
        at=at,
    )
    ask_for(entry, actor=actor, at=at)
    return entry


def write_entry(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    allocation_date: date | None = None,
    oldest_first: bool = False,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> ReceiptEntry:
    """The entry alone, for a file: its parts count together, so all are written before ``ask_for`` any."""
    entry = ReceiptEntry(created_by=actor, allocation_date=allocation_date)
    _fill(entry, actor, receipt, Settles(allocations, oldest_first, give_up, why), at=at)
    _save(entry)
    tell("entered", entry, actor=actor, at=at)
    return entry


@transaction.atomic
def mend_entry(
    *,
    actor: Any,
    entry: ReceiptEntry,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    give_up: Sequence[int] = (),
    why: str = "",
    comment: str = "",
    at: datetime,
) -> ReceiptEntry:
    """Correct an entry that was returned and hand it in again; the history shows what was corrected.

    Raises ``Conflict`` when it is not returned, ``NotAllowed`` for anybody but who entered it, and what
    ``enter_receipt`` raises.
    """
    row, request = returned_entry(entry, actor=actor)
    require_visible(actor, receipt.customer, field="customer")
    rate = row.base_rate if receipt.currency.pk == row.currency_id else None
    receipt = replace(receipt, number=row.number, base_rate=rate)
    _fill(row, actor, receipt, Settles(allocations, oldest_first, give_up, why), at=at)
    row.version += 1
    _save(row)
    hand_in_again(row, request, actor=actor, comment=comment, at=at)
    return row


@transaction.atomic
def record_or_enter(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    give_up: Sequence[int] = (),
    why: str = "",
    at: datetime,
) -> Receipt | ReceiptEntry:
    """Post a receipt, or above the limit let it wait for a second person."""
    one_at_a_time(receipt)
    act = enter_receipt if needs_second_person(receipt, at=at)[0] else record_receipt
    settles = {"allocations": allocations, "oldest_first": oldest_first, "give_up": give_up, "why": why}
    return act(actor=actor, receipt=receipt, at=at, **settles)


def facts(entry: ReceiptEntry) -> dict[str, Any]:
    return {
        "received_date": entry.received_date,
        "method": entry.method,
        "bank_account": entry.bank_account,
        "bank_reference": entry.bank_reference,
        "settles": len(entry.allocations),
        "gives_up": gives_up(entry),
    }


def gives_up(entry: ReceiptEntry) -> str:
    """Numbers of the receivables whose small rest goes with the receipt, and why; empty where there are none."""
    numbers = (
        Receivable.objects.filter(pk__in=entry.give_up).order_by("number").values_list("number", flat=True)
    )
    return f"{', '.join(numbers)}: {entry.give_up_reason}" if entry.give_up else ""


LABELS = {
    "received_date": gettext_lazy("received on"),
    "method": gettext_lazy("method"),
    "bank_account": gettext_lazy("bank account"),
    "bank_reference": gettext_lazy("bank reference"),
    "settles": gettext_lazy("items it settles"),
    "gives_up": gettext_lazy("small rests given up"),
}


def post_accepted(entry: ReceiptEntry, *, actor: Any, at: datetime) -> Receipt:
    """The second person accepted: the receipt is posted as entered, by that person.

    Where it is the money of a draft or cheque, the paper is honoured with it.
    """
    key = entry.papers.values_list("pk", flat=True).first()
    paper = lock_row(HeldPaper.objects.select_related("customer"), key) if key else None
    if paper is not None and paper.state != PaperState.HELD:
        raise Conflict(_("%(number)s is not held any more.") % {"number": paper.number})
    posted = post_receipt(
        actor=actor,
        receipt=NewReceipt(
            customer=entry.customer,
            received_date=entry.received_date,
            amount=entry.amount,
            currency=entry.currency,
            method=entry.method,
            bank_account=entry.bank_account,
            bank_reference=entry.bank_reference,
            owner=entry.owner,
            number=entry.number,
            base_rate=entry.base_rate,
        ),
        allocations=[Allocation(pk, Decimal(amount)) for pk, amount in entry.allocations],
        oldest_first=entry.oldest_first,
        allocation_date=entry.allocation_date,
        give_up=entry.give_up,
        why=entry.give_up_reason,
        at=at,
    )
    if paper is not None:
        from receivables.services.held import mark_honoured

        mark_honoured(paper, posted, actor=actor, at=at)
    return posted


def register_kind() -> None:
    register_posting(
        KEY,
        "receivables.ReceiptEntry",
        gettext_lazy("Receipt above the limit"),
        post=post_accepted,
        posted="receipt",
        facts=facts,
        labels=LABELS,
        formats={"method": choice(Method.choices)},
        brief=("total", "received_date", "method"),
        others=lambda entry, first, last: counted_with(
            entry.customer_id, entry.received_date, last - first, without=entry.pk
        ),
        sensitive={"bank_account": mask_account},
        clause="receivables.second_person_amount",
        mend_url=lambda entry: reverse("receivables:receiptentry_mend", args=[entry.pk]),
    )
