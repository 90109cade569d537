"""Credit notes: money given back on paper (domain §14.4: larger than open leaves unallocated credit)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices import Source
from receivables.errors import WrongSide
from receivables.events import CreditNotePosted
from receivables.models import CreditNote, Receivable
from receivables.services.allocation import Allocation, post_lines
from receivables.services.posting import (
    base_of,
    holder_on,
    ledger_rules,
    require_date,
    require_right,
    require_visible,
    team_of,
)
from receivables.services.receipts import reverse_document
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.errors import Duplicate, InvalidInput
from salesops.core.events import publish
from salesops.core.inputs import exact_amount, fitting, said
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, convert, next_share
from salesops.numbering.services import next_free_number, unless_taken

NUMBER_CLASS = "HZ"


@dataclass(frozen=True)
class NewCreditNote:
    """A credit note; with ``receivable`` it settles that item as far as it is open."""

    customer: Customer
    date: date
    amount: Decimal
    currency: Currency
    reason: str = ""
    receivable: Receivable | None = None
    number: str = ""
    source: str = Source.MANUAL


@transaction.atomic
def create_credit_note(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> CreditNote:
    """Post a credit note and set it against its receivable; what is more than open stays as credit.

    Raises ``WrongSide``, ``MonthClosed``, ``InvalidInput``, ``NotAllowed``.
    """
    require_right(actor, "add", CreditNote)
    require_visible(actor, credit_note.customer, field="customer")
    if credit_note.receivable is not None:
        require_visible(actor, credit_note.receivable, field="receivable")
    require_date(credit_note.date, at=at)
    _require_same_side(credit_note)
    posted = _insert(credit_note, actor=actor)
    record(
        "receivables.credit_note_posted",
        posted,
        posted.customer,
        posted.receivable,
        actor=actor,
        at=at,
        data={
            "number": posted.number,
            "amount": posted.amount,
            "currency": posted.currency_id,
            "reason": posted.reason,
        },
    )
    publish(CreditNotePosted(credit_note_id=posted.pk, at=at))
    if posted.receivable_id:
        _settle(posted, actor=actor, at=at)
    return posted


def _require_same_side(new: NewCreditNote) -> None:
    item = new.receivable
    if item is None:
        return
    if item.customer_id != new.customer.pk:
        raise WrongSide(_("The receivable belongs to another customer."), field="receivable")
    if item.currency_id != new.currency.pk:
        raise WrongSide(
            _("The receivable is in %(currency)s.") % {"currency": item.currency_id}, field="currency"
        )
    if new.date < item.issue_date:
        raise InvalidInput(
            _("%(item)s cannot be settled before %(date)s.") % {"item": item.number, "date": item.issue_date},
            field="date",
        )


def _insert(new: NewCreditNote, *, actor: Any) -> CreditNote:
    amount = exact_amount(new.amount, currency=new.currency)
    reason = said(new.reason, _("Say why credit is given."))
    number = new.number.strip() or next_free_number(NUMBER_CLASS, CreditNote, on=new.date)
    item = new.receivable
    if item is not None:
        item = lock_row(
            Receivable.objects.all(), item.pk
        )  # what is credited of it holds until this is posted
        rate, base = item.base_rate, base_of_credit(item, amount, *credited(item))
    else:
        rate, base = base_of(amount, new.currency.pk, on=new.date)
    owner = item.owner if item is not None else holder_on(new.customer, new.date)
    row = CreditNote(
        number=number,
        customer=new.customer,
        owner=owner,
        team=team_of(owner, new.date, new.customer),
        currency=new.currency,
        amount=amount,
        base_rate=rate,
        base_amount=base,
        date=new.date,
        reason=reason,
        receivable=item,
        source=new.source,
        created_by=actor,
    )

    def taken() -> Duplicate:
        return Duplicate(
            _("There is a credit note %(number)s already.") % {"number": row.number},
            field="number",
            existing=row.number,
        )

    with unless_taken(CreditNote, taken), ledger_rules():
        row.save(force_insert=True)
    row.refresh_from_db()
    return row


def credited(item: Receivable) -> tuple[Decimal, Decimal]:
    """What credit notes give back of an item, in its currency and in base currency."""
    rows = CreditNote.objects.filter(receivable=item.pk)  # a reversed one and its mirror are nothing together
    sums = rows.aggregate(amount=Sum("amount"), base=Sum("base_amount"))
    return sums["amount"] or ZERO, sums["base"] or ZERO


def base_of_credit(item: Any, amount: Decimal, before: Decimal, base_before: Decimal) -> Decimal:
    """Base amount of credit for an item: its share, so that credit for the whole is the whole to the cent.

    ``item``: whatever has ``amount``, ``base_amount`` and ``base_rate`` of the item; what goes beyond it counts
    at its rate.
    """
    part = min(amount, max(item.amount - before, ZERO))
    share = next_share(item.amount, item.base_amount, used=before, used_base=base_before, part=part)
    return fitting(share + convert(amount - part, item.base_rate))


def _settle(posted: CreditNote, *, actor: Any, at: datetime) -> None:
    """As much as the item has open; the credit note is new, so its own lock is held by its insert."""
    item = lock_row(Receivable.objects.all(), posted.receivable_id)
    part = min(item.outstanding, posted.unallocated)
    if part > 0:
        post_lines(posted, [Allocation(item.pk, part)], actor=actor, day=None, at=at)


@transaction.atomic
def reverse_credit_note(
    *, actor: Any, credit_note: CreditNote, reason: str, date: date | None = None, at: datetime
) -> CreditNote:
    """Take a credit note back by its mirror; what it settled is open again. Returns the mirror."""
    require_right(actor, "reverse", credit_note)
    return reverse_document(
        credit_note, number_class=NUMBER_CLASS, actor=actor, reason=reason, day=date, at=at
    )
