"""Receipts above a limit: entered by one person of finance, posted when a second one accepts (DAT-03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from receivables.choices import EntryState, Method
from receivables.errors import DuplicateReceipt
from receivables.models import Receipt, ReceiptEntry
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
from salesops.approvals.choices import RequestState
from salesops.approvals.formats import base_money, choice
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.selectors import open_request
from salesops.approvals.services import resubmit, start
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict
from salesops.core.inputs import exact_amount
from salesops.core.masking import mask_account

KEY = "receivables.receipt"


def _fill(
    entry: ReceiptEntry,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation],
    oldest_first: bool,
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
    entry.allocations = [[line.receivable_id, str(line.amount)] for line in allocations]
    entry.oldest_first = oldest_first


def _save(entry: ReceiptEntry) -> None:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise DuplicateReceipt(
            _("This bank line waits for a second person already."), field="bank_reference"
        ) from error


@transaction.atomic
def enter_receipt(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    at: datetime,
) -> ReceiptEntry:
    """Write down a receipt that a second person has to accept, and ask. Nothing is posted.

    Raises what ``record_receipt`` raises for the same input, except for what only the posting can tell.
    """
    require_right(actor, "add", Receipt)
    require_visible(actor, receipt.customer, field="customer")
    entry = write_entry(
        actor=actor, receipt=receipt, allocations=allocations, oldest_first=oldest_first, at=at
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
    at: datetime,
) -> ReceiptEntry:
    """The entry alone, for a file: its parts count together, so all are written before ``ask_for`` any."""
    entry = ReceiptEntry(created_by=actor, allocation_date=allocation_date)
    _fill(entry, actor, receipt, allocations, oldest_first, at=at)
    _save(entry)
    _write("receipt_entered", entry, actor=actor, at=at)
    return entry


def ask_for(entry: ReceiptEntry, *, actor: Any, reason: str = "", at: datetime) -> ApprovalRequest:
    """Ask a second person of finance."""
    return start(actor=actor, at=at, obj=entry, document_type=KEY, reason=reason)


@transaction.atomic
def mend_entry(
    *,
    actor: Any,
    entry: ReceiptEntry,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    comment: str = "",
    at: datetime,
) -> ReceiptEntry:
    """Correct an entry that was returned and hand it in again; the history shows what was corrected.

    Raises ``Conflict`` when it is not returned, ``NotAllowed`` for anybody but who entered it, and what
    ``enter_receipt`` raises.
    """
    require_right(actor, "enter", entry)
    row = ReceiptEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    request = open_request(row, KEY)
    if row.state != EntryState.ENTERED or request is None or request.state != RequestState.RETURNED:
        raise Conflict(
            _("Only a receipt that was returned is corrected."),
            way_out=_("Withdraw the request, or ask the second person to return it."),
            release=AskOffer(
                _("Please return a receipt of %(customer)s, it is to be corrected")
                % {"customer": row.customer},
                roles=(Role.FINANCE,),
                subject=row,
            ),
        )
    require_visible(actor, receipt.customer, field="customer")
    rate = row.base_rate if receipt.currency.pk == row.currency_id else None
    receipt = replace(receipt, number=row.number, base_rate=rate)
    _fill(row, actor, receipt, allocations, oldest_first, at=at)
    row.version += 1
    _save(row)
    _write("receipt_corrected", row, actor=actor, at=at)
    resubmit(actor=actor, at=at, request=request, comment=comment)
    return row


@transaction.atomic
def record_or_enter(
    *,
    actor: Any,
    receipt: NewReceipt,
    allocations: Sequence[Allocation] = (),
    oldest_first: bool = False,
    at: datetime,
) -> Receipt | ReceiptEntry:
    """Post a receipt, or above the limit let it wait for a second person."""
    one_at_a_time(receipt)
    act = enter_receipt if needs_second_person(receipt, at=at)[0] else record_receipt
    return act(actor=actor, receipt=receipt, allocations=allocations, oldest_first=oldest_first, at=at)


def facts(entry: ReceiptEntry, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "customer": str(entry.customer),
        "amount": entry.base_amount,
        "total": f"{entry.amount} {entry.currency_id}",
        "received_date": entry.received_date,
        "method": entry.method,
        "bank_account": entry.bank_account,
        "bank_reference": entry.bank_reference,
        "settles": len(entry.allocations),
    }


LABELS = {
    "customer": gettext_lazy("customer"),
    "amount": gettext_lazy("amount in base currency"),
    "total": gettext_lazy("amount"),
    "received_date": gettext_lazy("received on"),
    "method": gettext_lazy("method"),
    "bank_account": gettext_lazy("bank account"),
    "bank_reference": gettext_lazy("bank reference"),
    "settles": gettext_lazy("items it settles"),
}


def not_ready(entry: ReceiptEntry) -> str:
    return "" if entry.state == EntryState.ENTERED else _("This receipt does not wait any more.")


def post_accepted(entry: ReceiptEntry, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The second person accepted: the receipt is posted as entered, by that person."""
    receipt = post_receipt(
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
        at=at,
    )
    _move(entry, EntryState.CONFIRMED, receipt=receipt)
    _write("receipt_accepted", entry, actor=actor, at=at, number=receipt.number)


def turn_down(entry: ReceiptEntry, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """Rejected, withdrawn or void: the entry stays as a note of what was entered."""
    _move(entry, EntryState.REJECTED)
    _write("receipt_turned_down", entry, actor=actor, at=at)


def _move(entry: ReceiptEntry, state: EntryState, *, receipt: Receipt | None = None) -> None:
    entry.state, entry.receipt = state, receipt
    entry.version += 1
    entry.save(update_fields=["state", "receipt", "version", "updated_at"])


def _write(verb: str, entry: ReceiptEntry, *, actor: Any, at: datetime, **more: Any) -> None:
    data = {"amount": entry.amount, "currency": entry.currency_id, "date": entry.received_date, **more}
    record(f"receivables.{verb}", entry, entry.customer, entry.receipt, actor=actor, at=at, data=data)


def register_kind() -> None:
    register(
        DocumentType(
            KEY,
            "receivables.ReceiptEntry",
            gettext_lazy("Receipt above the limit"),
            facts=facts,
            labels=LABELS,
            formats={"amount": base_money, "method": choice(Method.choices)},
            brief=("total", "received_date", "method"),
            may_request="enter",
            amount="amount",
            customer=lambda entry: entry.customer_id,
            others=lambda entry, first, last: counted_with(
                entry.customer_id, entry.received_date, last - first, without=entry.pk
            ),
            own_people=lambda entry: (entry.created_by_id,),
            team=lambda entry: entry.team,
            not_ready=not_ready,
            on_approved=post_accepted,
            on_rejected=turn_down,
            on_ended=turn_down,
            sensitive={"bank_account": mask_account},
            clause="receivables.second_person_amount",
            mend_url=lambda entry: reverse("receivables:receiptentry_mend", args=[entry.pk]),
        )
    )
