"""Credit notes: money given back on paper (domain §14.4: larger than open leaves unallocated credit)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from receivables.choices import EntryState, PostingKind, Source
from receivables.errors import SecondPersonNeeded, WrongSide
from receivables.events import CreditNotePosted
from receivables.models import CreditNote, PostingEntry, Receivable
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
from receivables.services.receipts import history_at_import, reverse_document
from receivables.services.waiting import Weight, one_at_a_time_of
from salesops.approvals.registry import Counted
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.errors import Duplicate, InvalidInput
from salesops.core.events import publish
from salesops.core.inputs import exact_amount, fitting, said
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, convert, next_share, round_money
from salesops.handbook.selectors import rule
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
    beyond_reason: str = ""  # why more than the item comes to is given back of it
    base_rate: Decimal | None = None  # instead of the item's or the table's


@transaction.atomic
def create_credit_note(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> CreditNote:
    """Post a credit note and set it against its receivable; what is more than open stays as credit.

    Raises ``WrongSide``, ``MonthClosed``, ``InvalidInput``, ``NotAllowed``, and ``SecondPersonNeeded`` where the
    handbook wants two people for it.
    """
    require_right(actor, "add", CreditNote)
    require_sides(credit_note, actor=actor, at=at)
    if actor is not None:
        one_at_a_time_of(credit_note.customer.pk)
        if weight := weigh_credit(credit_note, at=at):
            raise SecondPersonNeeded(
                weight.sentence,
                field="amount",
                clause=weight.clause,
                way_out=_("Enter it as a credit note to be checked."),
                amount=weight.figure,
                limit=weight.limit,
            )
    return post_credit_note(actor=actor, credit_note=credit_note, at=at)


def require_sides(new: NewCreditNote, *, actor: Any, at: datetime) -> None:
    """What any credit note needs: both sides to be seen and to fit, a day on which posting is possible."""
    require_visible(actor, new.customer, field="customer")
    if new.receivable is not None:
        require_visible(actor, new.receivable, field="receivable")
    require_date(new.date, at=at)
    _require_same_side(new)


def weigh_credit(new: NewCreditNote, *, at: datetime, without: int | None = None) -> Weight:
    """Whether a credit note waits for a second person; ``without`` is the entry that is looked at.

    Raises ``InvalidInput`` where more than the item comes to is given back without a word on it.
    """
    today = timezone.localdate(at)
    amount = exact_amount(new.amount, currency=new.currency)
    item = new.receivable
    rate = new.base_rate or (item.base_rate if item is not None else None)
    base = base_of(amount, new.currency.pk, on=new.date, rate=rate)[1]
    span = timedelta(days=rule("approvals.split_days", on=today) - 1)
    others = counted_credits(new.customer.pk, new.date, span, without=without)
    given = amount + given_back(item, without=without) if item is not None else amount
    weight = judge_credit(base + sum((line.amount for line in others), ZERO), item, given, on=today)
    if weight.beyond and not new.beyond_reason.strip():
        raise InvalidInput(
            weight.sentence,
            field="beyond_reason",
            way_out=_("Say why more than the item comes to is given back, or give back what is left of it."),
        )
    return weight


@dataclass(frozen=True)
class CreditWeight(Weight):
    """The same, and whether more than the item comes to is given back."""

    beyond: bool = False


def judge_credit(total: Decimal, item: Any, given: Decimal, *, on: date) -> CreditWeight:
    """Clauses R-30 to R-32: by amount, and by what of an item is given back in all (``given``, in its currency).

    ``total``: base amounts of the customer that count together. ``item``: whatever has ``number``, ``amount`` and
    ``base_rate``, or ``None``.
    """
    limit = rule("receivables.credit_note_second_amount", on=on)
    if item is not None and given > item.amount:
        sentence = _("%(item)s comes to %(amount)s; %(given)s of it would be given back in all.")
        figures = {"item": item.number, "amount": item.amount, "given": given}
        clause = "receivables.credit_note_share"
        return CreditWeight(clause, given, item.amount, sentence % figures, beyond=True)
    if total >= limit:
        sentence = _("Credit of this size is posted only after a second person has accepted it.")
        return CreditWeight("receivables.credit_note_second_amount", total, limit, sentence)
    if item is None or convert(given, item.base_rate) < rule("receivables.credit_note_share_from", on=on):
        return CreditWeight()
    most = round_money(item.amount * rule("receivables.credit_note_share", on=on))
    if given < most:
        return CreditWeight()
    sentence = _("That much of one item is given back only after a second person has accepted it.")
    return CreditWeight("receivables.credit_note_share", given, most, sentence)


def given_back(item: Receivable, *, without: int | None = None) -> Decimal:
    """What was credited of an item, with what waits for a second person."""
    return credited(item)[0] + (
        waiting_credits(without=without).filter(receivable=item.pk).aggregate(sum=Sum("amount"))["sum"]
        or ZERO
    )


def waiting_credits(*, without: int | None = None) -> QuerySet[PostingEntry]:
    """Credit notes that a second person has not accepted yet."""
    rows = PostingEntry.objects.filter(kind=PostingKind.CREDIT_NOTE, state=EntryState.ENTERED)
    return rows.exclude(pk=without).order_by("date", "pk")


def counted_credits(
    customer_id: int, day: date, span: timedelta, *, without: int | None = None
) -> list[Counted]:
    """What else was given back to a customer within ``span`` of a day, so that nothing is split to stay small.

    What waits counts, too. What a file brought as history does not.
    """
    here = {"customer_id": customer_id, "date__range": (day - span, day + span)}
    posted = CreditNote.objects.filter(**here, reversal_of__isnull=True, reversed_date__isnull=True)
    posted = posted.exclude(history_at_import("date")).order_by("date", "pk")
    return [
        Counted("receivables.creditnote", *line)
        for line in posted.values_list("pk", "number", "date", "base_amount")
    ] + [
        Counted("receivables.postingentry", line.pk, str(line), line.date, line.base_amount)
        for line in waiting_credits(without=without).filter(**here)
    ]


def post_credit_note(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> CreditNote:
    """The posting itself, after whoever may decide has decided."""
    require_date(credit_note.date, at=at)
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
    if item is not None and new.base_rate in (None, item.base_rate):
        rate, base = item.base_rate, base_of_credit(item, amount, *credited(item))
    else:
        rate, base = base_of(amount, new.currency.pk, on=new.date, rate=new.base_rate)
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
