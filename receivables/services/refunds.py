"""Money that goes back to a customer: what is unallocated of a receipt or credit note, when a second person accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import EntryState, PostingKind
from receivables.errors import NotReversible, OverAllocation
from receivables.models import CreditNote, PostingEntry, Receipt, Refund, SettlementLine
from receivables.services.allocation import require_unreversed
from receivables.services.posting import (
    Shares,
    base_of,
    ledger_rules,
    require_date,
    require_right,
    require_visible,
)
from receivables.services.proofs import enter_with_proof, mend_with_proof, proofs_of
from receivables.services.reversal import reverse_lines
from receivables.services.waiting import (
    one_at_a_time_of,
    register_posting,
    returned_entry,
)
from salesops.approvals.seeds import role, route, step
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row
from salesops.core.masking import mask_account
from salesops.core.money import ZERO
from salesops.numbering.services import next_free_number

KEY = "receivables.refund"
NUMBER_CLASS = "TK"
PROOF = "receivables.refund_proof_from"


@dataclass(frozen=True)
class NewRefund:
    """So much of a receipt or credit note that goes back, and to which account."""

    document: Receipt | CreditNote
    amount: Decimal
    date: date
    reason: str
    bank_account: str = ""
    files: Sequence[Any] = ()


@transaction.atomic
def enter_refund(*, actor: Any, refund: NewRefund, at: datetime) -> PostingEntry:
    """Ask a second person to give unallocated money back. Nothing is posted.

    Raises ``OverAllocation`` for more than is left (with what waits), ``InvalidInput`` (also where clause R-36 asks for
    a file), ``MonthClosed``, ``NotReversible``, ``NotAllowed``.
    """
    require_right(actor, "allocate", refund.document)
    entry = PostingEntry(created_by=actor, kind=PostingKind.REFUND)
    _fill(entry, refund, actor=actor, at=at)
    return enter_with_proof(entry, refund.files, clause=PROOF, actor=actor, at=at)


@transaction.atomic
def mend_refund(
    *, actor: Any, entry: PostingEntry, refund: NewRefund, comment: str = "", at: datetime
) -> PostingEntry:
    """Correct a returned refund and hand it in again."""
    row, request = returned_entry(entry, actor=actor)
    _fill(row, refund, actor=actor, at=at)
    return mend_with_proof(row, request, refund.files, clause=PROOF, actor=actor, comment=comment, at=at)


def left_to_refund(document: Receipt | CreditNote, *, without: int | None = None) -> Decimal:
    """What is unallocated and not asked back yet; ``without`` is the entry that is looked at."""
    side = Q(from_receipt=document.pk) if isinstance(document, Receipt) else Q(from_credit_note=document.pk)
    waits = PostingEntry.objects.filter(side, state=EntryState.ENTERED).exclude(pk=without)
    return document.unallocated - (waits.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def require_left(document: Receipt | CreditNote) -> None:
    """Raise ``Conflict`` before anybody types, where nothing could go back."""
    if left_to_refund(document) > 0:
        return
    waits = document.unallocated > 0
    raise Conflict(
        _("All that is left of %(number)s waits to be given back already.") % {"number": document.number}
        if waits
        else _("Nothing of %(number)s is left to be given back.") % {"number": document.number},
        way_out=_("Look at the postings to be checked.")
        if waits
        else _("Take back an allocation first; what it settled is open again then."),
    )


def _fill(entry: PostingEntry, new: NewRefund, *, actor: Any, at: datetime) -> None:
    one_at_a_time_of(new.document.customer_id)
    document = lock_row(type(new.document).objects.select_related("customer", "currency"), new.document.pk)
    require_visible(actor, document)
    require_unreversed(document)
    require_date(new.date, at=at)
    if new.date < document.date:
        raise InvalidInput(
            _("%(number)s cannot go back before %(date)s.")
            % {"number": document.number, "date": document.date},
            field="date",
        )
    amount = exact_amount(new.amount, currency=document.currency)
    is_receipt = isinstance(document, Receipt)
    left = left_to_refund(document, without=entry.pk)
    if amount > left:
        raise OverAllocation(
            _("%(number)s has %(left)s %(currency)s left; %(wanted)s cannot go back.")
            % {"number": document.number, "left": left, "currency": document.currency_id, "wanted": amount},
            field="amount",
            left=left,
            wanted=amount,
        )
    entry.reason = said(new.reason, _("Say why the money goes back."))
    entry.customer, entry.currency = document.customer, document.currency
    entry.owner_id, entry.team_id = document.owner_id, document.team_id
    entry.from_receipt = document if is_receipt else None
    entry.from_credit_note = None if is_receipt else document
    entry.amount, entry.date, entry.bank_account = amount, new.date, new.bank_account.strip()
    entry.base_amount = base_of(amount, document.currency_id, on=new.date)[1]


def post_accepted(entry: PostingEntry, *, actor: Any, at: datetime) -> Refund:
    """The second person accepted: the refund is posted, and the money is no longer the customer's credit."""
    day = require_date(entry.date, at=at)
    number = next_free_number(NUMBER_CLASS, Refund, on=day)
    source = entry.from_receipt or entry.from_credit_note
    document = lock_row(type(source).objects.all(), source.pk)
    require_unreversed(document)
    if entry.amount > document.unallocated:
        raise OverAllocation(
            _("%(number)s has %(left)s %(currency)s left; %(wanted)s cannot go back.")
            % {
                "number": document.number,
                "left": document.unallocated,
                "currency": document.currency_id,
                "wanted": entry.amount,
            },
            left=document.unallocated,
            wanted=entry.amount,
        )
    rate, base = base_of(entry.amount, document.currency_id, on=day)
    refund = Refund(
        number=number,
        customer_id=document.customer_id,
        owner_id=document.owner_id,
        team_id=document.team_id,
        currency_id=document.currency_id,
        amount=entry.amount,
        base_rate=rate,
        base_amount=base,
        date=day,
        reason=entry.reason,
        bank_account=entry.bank_account,
        created_by=actor,
    )
    line = SettlementLine(
        refund=refund,
        receipt=document if isinstance(document, Receipt) else None,
        credit_note=document if isinstance(document, CreditNote) else None,
        customer_id=document.customer_id,
        currency_id=document.currency_id,
        amount=entry.amount,
        base_amount=base,
        exchange_difference=Shares(document).difference(entry.amount, base),
        date=day,
        recorded_at=at,
        recorded_by=actor,
    )
    with ledger_rules():
        refund.save(force_insert=True)
        line.refund = refund
        line.save(force_insert=True)
    refund.refresh_from_db()
    _tell("refund_posted", refund, document, actor=actor, at=at)
    return refund


def _tell(
    verb: str, refund: Refund, *about: Any, actor: Any, at: datetime, comment: str = "", **more: Any
) -> None:
    data = {"number": refund.number, "amount": refund.amount, "currency": refund.currency_id, **more}
    record(
        f"receivables.{verb}", refund, refund.customer, *about, actor=actor, at=at, comment=comment, data=data
    )


@transaction.atomic
def pay_refund(*, actor: Any, refund: Refund, paid_date: date, bank_reference: str, at: datetime) -> Refund:
    """Record that the bank has paid, once. Raises ``NotReversible`` when it is paid or reversed, ``InvalidInput``."""
    require_right(actor, "pay", refund)
    row = lock_row(Refund.objects.all(), refund.pk)
    if row.paid_date or row.reversed_date or row.reversal_of_id:
        raise NotReversible(_("%(number)s is paid or reversed already.") % {"number": row.number})
    if paid_date > timezone.localdate(at) or paid_date < row.date:
        raise InvalidInput(
            _("The bank paid it between %(date)s and today.") % {"date": row.date}, field="paid_date"
        )
    row.paid_date = paid_date
    row.bank_reference = said(
        bank_reference, _("Give the bank's reference."), field="bank_reference", most=100
    )
    row.version += 1
    row.save(update_fields=["paid_date", "bank_reference", "version", "updated_at"])
    _tell("refund_paid", row, actor=actor, at=at, date=paid_date)
    return row


@transaction.atomic
def reverse_refund(
    *, actor: Any, refund: Refund, reason: str, date: date | None = None, at: datetime
) -> Refund:
    """Take a refund back by its mirror (the bank returned it); the money is unallocated again. Returns the mirror."""
    require_right(actor, "reverse", refund)
    reason = said(reason, _("Say why it is reversed."))
    day = require_date(date or timezone.localdate(at), at=at)
    number = next_free_number(NUMBER_CLASS, Refund, on=day)
    line = refund.lines.standing().select_related("receipt", "credit_note").first()
    if line is None:
        raise NotReversible(_("%(number)s has been reversed already.") % {"number": refund.number})
    source = line.document
    lock_row(type(source).objects.all(), source.pk)
    row = lock_row(Refund.objects.select_related("customer"), refund.pk)
    if row.reversed_date or row.reversal_of_id:
        raise NotReversible(_("%(number)s has been reversed already.") % {"number": row.number})
    day = max(day, line.date)
    reverse_lines([line], actor=actor, day=day, reason=reason, at=at)
    mirror = Refund(
        number=number,
        amount=-row.amount,
        base_amount=-row.base_amount,
        date=day,
        reason=reason,
        reversal_of=row,
        created_by=actor,
        **{
            name: getattr(row, name)
            for name in (
                "customer_id",
                "owner_id",
                "team_id",
                "currency_id",
                "base_rate",
                "source",
                "bank_account",
            )
        },
    )
    try:
        with ledger_rules():
            mirror.save(force_insert=True)
    except IntegrityError as error:
        raise NotReversible(_("%(number)s has been reversed already.") % {"number": row.number}) from error
    mirror.refresh_from_db()
    _tell("refund_reversed", row, mirror, source, actor=actor, at=at, comment=reason, mirror=number)
    return mirror


def facts(entry: PostingEntry) -> dict[str, Any]:
    document = entry.from_receipt or entry.from_credit_note
    return {
        "date": entry.date,
        "from": document.number,
        "left": f"{document.unallocated} {document.currency_id}",
        "reason": entry.reason,
        "bank_account": entry.bank_account,
        "files": ", ".join(proofs_of(entry)),
    }


LABELS = {
    "date": _("date"),
    "from": _("from receipt or credit note"),
    "left": _("left of it"),
    "reason": _("reason"),
    "bank_account": _("to the account"),
    "files": _("files"),
}


def register_kind() -> None:
    """Called when the app is ready."""
    register_posting(
        KEY,
        "receivables.PostingEntry",
        _("Refund"),
        post=post_accepted,
        posted="refund",
        facts=facts,
        labels=LABELS,
        brief=("total", "from", "reason"),
        sensitive={"bank_account": mask_account},
        flow=(
            route("Every refund", [], [step("Second person of finance", role("finance", scope="company"))]),
        ),
        mend_url=lambda entry: reverse("receivables:postingentry_mend", args=[entry.pk]),
    )
