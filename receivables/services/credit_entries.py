"""Credit notes that wait for a second person (DAT-03, handbook R-30 to R-32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from receivables.choices import PostingKind
from receivables.models import CreditNote, PostingEntry
from receivables.services.credits import (
    NewCreditNote,
    counted_credits,
    create_credit_note,
    credited,
    post_credit_note,
    require_sides,
    weigh_credit,
)
from receivables.services.posting import base_of, holder_on, require_right, team_of
from receivables.services.waiting import (
    ask_for,
    hand_in_again,
    one_at_a_time_of,
    register_posting,
    returned_entry,
    save_entry,
    tell,
)
from salesops.approvals.seeds import role, route, step
from salesops.core.errors import Duplicate
from salesops.core.inputs import exact_amount, said

KEY = "receivables.credit_note"


def _fill(entry: PostingEntry, new: NewCreditNote) -> None:
    item = new.receivable
    entry.amount = exact_amount(new.amount, currency=new.currency)
    entry.reason = said(new.reason, _("Say why credit is given."))
    entry.beyond_reason = " ".join(new.beyond_reason.split())[:300]
    entry.customer, entry.currency, entry.receivable = new.customer, new.currency, item
    entry.owner = item.owner if item is not None else holder_on(new.customer, new.date)
    entry.team = team_of(entry.owner, new.date, new.customer)
    entry.date, entry.number, entry.source = new.date, new.number.strip(), new.source
    entry.base_rate = new.base_rate
    rate = new.base_rate or (item.base_rate if item is not None else None)
    entry.base_amount = base_of(entry.amount, new.currency.pk, on=new.date, rate=rate)[1]


def _save(entry: PostingEntry) -> None:
    taken = Duplicate(_("%(number)s waits for a second person already.") % {"number": entry.number})
    save_entry(entry, taken)


def write_credit_entry(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> PostingEntry:
    """The entry alone, for a file: its parts count together, so all are written before any is asked for."""
    entry = PostingEntry(created_by=actor, kind=PostingKind.CREDIT_NOTE)
    _fill(entry, credit_note)
    _save(entry)
    tell("entered", entry, actor=actor, at=at)
    return entry


@transaction.atomic
def enter_credit_note(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> PostingEntry:
    """Write down a credit note that a second person has to accept, and ask. Nothing is posted.

    Raises what ``create_credit_note`` raises for the same input.
    """
    require_right(actor, "add", CreditNote)
    require_sides(credit_note, actor=actor, at=at)
    weigh_credit(credit_note, at=at)
    entry = write_credit_entry(actor=actor, credit_note=credit_note, at=at)
    ask_for(entry, actor=actor, at=at)
    return entry


@transaction.atomic
def credit_or_enter(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> CreditNote | PostingEntry:
    """Post a credit note, or let it wait for a second person where the handbook wants one."""
    one_at_a_time_of(credit_note.customer.pk)
    act = enter_credit_note if weigh_credit(credit_note, at=at) else create_credit_note
    return act(actor=actor, credit_note=credit_note, at=at)


@transaction.atomic
def give_back_for(*, actor: Any, credit_note: NewCreditNote, at: datetime) -> CreditNote | PostingEntry:
    """Credit that follows from somebody's act elsewhere (a cancelled order): posted by the house, or it waits.

    ``actor`` asked for it and needs no right in the ledger; ``None`` is the house itself, which asks nobody.
    """
    one_at_a_time_of(credit_note.customer.pk)
    if actor is None or not weigh_credit(credit_note, at=at):
        return create_credit_note(actor=None, credit_note=credit_note, at=at)
    entry = write_credit_entry(actor=actor, credit_note=credit_note, at=at)
    ask_for(entry, actor=actor, reason=credit_note.reason, at=at)
    return entry


@transaction.atomic
def mend_credit_entry(
    *, actor: Any, entry: PostingEntry, credit_note: NewCreditNote, comment: str = "", at: datetime
) -> PostingEntry:
    """Correct an entry that was returned and hand it in again; raises what ``enter_credit_note`` raises."""
    row, request = returned_entry(entry, actor=actor)
    new = replace(credit_note, number=row.number, source=row.source, base_rate=row.base_rate)
    require_sides(new, actor=actor, at=at)
    weigh_credit(new, at=at, without=row.pk)
    _fill(row, new)
    row.version += 1
    _save(row)
    hand_in_again(row, request, actor=actor, comment=comment, at=at)
    return row


def facts(entry: PostingEntry) -> dict[str, Any]:
    """What the second person sees; ``given`` is what would be given back of the item in all."""
    item = entry.receivable
    given = credited(item)[0] + entry.amount if item is not None else None
    return {
        "date": entry.date,
        "receivable": item.number if item is not None else "",
        "item_amount": f"{item.amount} {item.currency_id}" if item is not None else "",
        "given": f"{given} {entry.currency_id}" if given is not None else "",
        "reason": entry.reason,
        "beyond_reason": entry.beyond_reason,
    }


LABELS = {
    "date": gettext_lazy("date"),
    "receivable": gettext_lazy("for receivable"),
    "item_amount": gettext_lazy("amount of the item"),
    "given": gettext_lazy("given back of it in all"),
    "reason": gettext_lazy("reason"),
    "beyond_reason": gettext_lazy("why more than the item"),
}


def post_accepted(entry: PostingEntry, *, actor: Any, at: datetime) -> CreditNote:
    """The second person accepted: posted as entered, by that person."""
    new = NewCreditNote(
        customer=entry.customer,
        date=entry.date,
        amount=entry.amount,
        currency=entry.currency,
        reason=entry.reason,
        receivable=entry.receivable,
        number=entry.number,
        source=entry.source,
        base_rate=entry.base_rate,
    )
    return post_credit_note(actor=actor, credit_note=new, at=at)


def register_kind() -> None:
    """Called when the app is ready."""
    register_posting(
        KEY,
        "receivables.PostingEntry",
        gettext_lazy("Credit note that a second person accepts"),
        post=post_accepted,
        posted="credit_note",
        facts=facts,
        labels=LABELS,
        brief=("total", "receivable", "reason"),
        others=lambda entry, first, last: counted_credits(
            entry.customer_id, entry.date, last - first, without=entry.pk
        ),
        clause="receivables.credit_note_second_amount",
        flow=(
            route(
                "Every credit note that waits",
                [],
                [step("Second person of finance", role("finance", scope="company"))],
            ),
        ),
        mend_url=lambda entry: reverse("receivables:postingentry_mend", args=[entry.pk]),
    )
