"""Retention: held back of an item by hand, and released at the end of the warranty or before (CTR-07, REC-01).

What a customer keeps of it, for a claim under the warranty, is a credit note for the item like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from receivables.choices import AdjustmentKind, EntryState, PostingKind, Source
from receivables.events import ReceivablePosted
from receivables.models import PostingEntry, Receivable, RetentionRelease
from receivables.models.retention import words_of_its_end
from receivables.selectors.due_words import words_of_release, words_of_retention
from receivables.services.differences import next_number as next_adjustment
from receivables.services.differences import post_adjustment
from receivables.services.posting import ledger_rules, require_right, require_visible
from receivables.services.waiting import (
    Weight,
    ask_for,
    hand_in_again,
    register_posting,
    returned_entry,
    tell,
)
from salesops.approvals.seeds import role, route, step
from salesops.approvals.services import end_requests
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.events import publish
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number

KEY = "receivables.release"
NUMBER_CLASS = "YS"


@dataclass(frozen=True)
class NewRelease:
    """A retention that the customer lets go, and from which day it is owed."""

    receivable: Receivable
    due_date: date
    reason: str


@dataclass(frozen=True)
class NewRetention:
    """So much of an open item that the customer holds back, and until when."""

    receivable: Receivable
    amount: Decimal
    until: date
    reason: str


@transaction.atomic
def release_or_enter(*, actor: Any, release: NewRelease, at: datetime) -> RetentionRelease | PostingEntry:
    """Release retention before the warranty is over, or let that wait for a second person (R-54).

    Raises ``Conflict`` where nothing is held, ``InvalidInput`` for a day that is later or past, ``NotAllowed``.
    """
    require_right(actor, "settle", release.receivable)
    item = _held(release.receivable, actor=actor)
    due = _due(item, release.due_date, at=at)
    if not weigh_release(item, on=timezone.localdate(at)):
        return post_release(item, due_date=due, reason=release.reason, actor=actor, at=at)
    entry = PostingEntry(created_by=actor, kind=PostingKind.RELEASE)
    _fill(entry, item, due, release.reason)
    entry.save()
    tell("entered", entry, actor=actor, at=at)
    ask_for(entry, actor=actor, at=at)
    return entry


@transaction.atomic
def mend_release(
    *, actor: Any, entry: PostingEntry, release: NewRelease, comment: str = "", at: datetime
) -> PostingEntry:
    """Correct a returned release and hand it in again."""
    row, request = returned_entry(entry, actor=actor)
    item = _held(release.receivable, actor=actor, without=row.pk)
    _fill(row, item, _due(item, release.due_date, at=at), release.reason)
    row.version += 1
    row.save()
    hand_in_again(row, request, actor=actor, comment=comment, at=at)
    return row


def weigh_release(item: Receivable, *, on: date) -> Weight:
    """Whether an early release waits for a second person: by what is open, in base currency (R-54)."""
    limit = rule("receivables.retention_second_amount", on=on)
    if item.outstanding_base < limit:
        return Weight()
    sentence = _("Retention of this size is released early only after a second person has accepted it.")
    return Weight("receivables.retention_second_amount", item.outstanding_base, limit, sentence)


def post_release(
    item: Receivable, *, due_date: date, reason: str, actor: Any, on: date | None = None, at: datetime
) -> RetentionRelease:
    """Write the release of an item that the caller has locked; the trigger moves its due date."""
    day = on or timezone.localdate(at)
    with translation.override(settings.LANGUAGE_CODE):
        words = words_of_release(day)
    with ledger_rules():
        row = RetentionRelease.objects.create(
            receivable=item,
            date=day,
            due_before=item.due_date,
            due_date=due_date,
            due_rule=words,
            amount=item.outstanding,
            reason=said(reason, _("Say why it is released.")),
            recorded_at=at,
            recorded_by=actor,
        )
    item.refresh_from_db()
    data = {"number": item.number, "amount": row.amount, "currency": item.currency_id, "due": item.due_date}
    record(
        "receivables.retention_released", item, item.customer, item.contract, actor=actor, at=at,
        comment=row.reason, data=data,
    )  # fmt: skip
    return row


@transaction.atomic
def release_at_end(item: Receivable, *, on: date, at: datetime) -> RetentionRelease:
    """The warranty is over: the house releases what is left; an early release that waits is not needed any more."""
    locked = lock_row(Receivable.objects.select_related("customer", "contract"), item.pk)
    with translation.override(settings.LANGUAGE_CODE):
        reason = words_of_its_end()
    for entry in waiting_releases(locked):
        end_requests(entry, why=reason, actor=None, at=at)
    return post_release(locked, due_date=locked.due_date, reason=reason, actor=None, on=on, at=at)


@transaction.atomic
def hold_back(*, actor: Any, retention: NewRetention, at: datetime) -> Receivable:
    """Part of an open item becomes retention: an item of its own, due when the warranty is over.

    Nothing is given up: the adjustment takes from the one what the other has, in base currency, too. Raises
    ``OverAllocation`` (more than is open), ``InvalidInput``, ``Conflict``, ``MonthClosed``, ``NotAllowed``.
    """
    require_right(actor, "settle", retention.receivable)
    require_visible(actor, retention.receivable, field="receivable")
    today = timezone.localdate(at)
    number = next_adjustment(today)
    own_number = next_free_number(NUMBER_CLASS, Receivable, on=today)
    item = lock_row(
        Receivable.objects.select_related("customer", "currency", "order", "contract"),
        retention.receivable.pk,
    )
    amount = exact_amount(retention.amount, currency=item.currency)
    if item.retention_until:
        raise Conflict(
            _("%(number)s is retention itself.") % {"number": item.number},
            way_out=_("Hold back of the item that is paid in the ordinary way."),
        )
    if retention.until <= max(today, item.due_date):
        raise InvalidInput(
            _("Retention ends after today and after the item falls due (%(due)s).") % {"due": item.due_date},
            field="until",
            way_out=_("Enter the end of the warranty."),
        )
    reason = said(retention.reason, _("Say why it is held back."))
    lowered = post_adjustment(
        item,
        amount,
        kind=AdjustmentKind.HELD_BACK,
        number=number,
        day=today,
        reason=reason,
        actor=actor,
        at=at,
    )
    with translation.override(settings.LANGUAGE_CODE):
        words = words_of_retention(item.number, retention.until)
    names = ("customer", "owner_id", "team_id", "currency_id", "base_rate")
    row = Receivable(
        number=own_number,
        amount=amount,
        base_amount=lowered.base_amount,
        issue_date=today,
        due_date=retention.until,
        due_rule=words,
        source=Source.RETENTION,
        retention_of=item,
        retention_until=retention.until,
        created_by=actor,
        **{name: getattr(item, name) for name in names},
    )
    with ledger_rules():
        row.save(force_insert=True)
    row.refresh_from_db()
    record(
        "receivables.retention_held_back", row, item, item.customer, item.order, item.contract, actor=actor, at=at,
        comment=reason,
        data={
            "number": row.number, "item": item.number, "amount": amount, "currency": item.currency_id,
            "until": retention.until,
        },
    )  # fmt: skip
    publish(ReceivablePosted(receivable_id=row.pk, at=at))
    return row


def waiting_releases(item: Receivable, *, without: int | None = None) -> list[PostingEntry]:
    """Releases of an item that a second person has not accepted yet."""
    rows = PostingEntry.objects.filter(
        kind=PostingKind.RELEASE, state=EntryState.ENTERED, receivable=item
    ).exclude(pk=without)
    return list(rows)


def _held(receivable: Receivable, *, actor: Any, without: int | None = None) -> Receivable:
    """The item, locked. Raises ``Conflict`` where nothing is held or a release waits."""
    require_visible(actor, receivable, field="receivable")
    item = lock_row(Receivable.objects.select_related("customer", "currency", "contract"), receivable.pk)
    if item.retention_until is None or not item.outstanding:
        raise Conflict(
            _("Nothing of %(number)s is held back.") % {"number": item.number},
            way_out=_("Look at the list of retentions."),
        )
    if hasattr(item, "release"):
        raise Conflict(
            _("%(number)s was released on %(date)s.") % {"number": item.number, "date": item.release.date},
            way_out=_("Record the money when it comes."),
        )
    if waiting_releases(item, without=without):
        raise Conflict(
            _("The release of %(number)s waits for a second person.") % {"number": item.number},
            way_out=_("Wait for the answer, or withdraw the request."),
        )
    return item


def _due(item: Receivable, wanted: date, *, at: datetime) -> date:
    """When it is owed: from today on, and not later than before."""
    today = timezone.localdate(at)
    if item.due_date <= today:
        return item.due_date
    if not today <= wanted <= item.due_date:
        raise InvalidInput(
            _("It becomes due between today and %(due)s, when it is due anyway.") % {"due": item.due_date},
            field="due_date",
            due=item.due_date,
        )
    return wanted


def _fill(entry: PostingEntry, item: Receivable, due: date, reason: str) -> None:
    entry.reason = said(reason, _("Say why it is released."))
    entry.customer, entry.currency, entry.receivable = item.customer, item.currency, item
    entry.owner_id, entry.team_id = item.owner_id, item.team_id
    entry.amount, entry.base_amount, entry.date = item.outstanding, item.outstanding_base, due


def post_accepted(entry: PostingEntry, *, actor: Any, at: datetime) -> RetentionRelease:
    """The second person accepted: released on that day; a day that has passed meanwhile becomes that day."""
    item = _held(entry.receivable, actor=None, without=entry.pk)
    due = _due(item, max(entry.date, timezone.localdate(at)), at=at)
    return post_release(item, due_date=due, reason=entry.reason, actor=actor, at=at)


def facts(entry: PostingEntry) -> dict[str, Any]:
    item = entry.receivable
    return {
        "receivable": item.number,
        "retention_until": item.retention_until,
        "date": entry.date,
        "reason": entry.reason,
    }


LABELS = {
    "receivable": _("for receivable"),
    "retention_until": _("retention until"),
    "date": _("to be due on"),
    "reason": _("reason"),
}


def register_kind() -> None:
    """Called when the app is ready."""
    register_posting(
        KEY,
        "receivables.PostingEntry",
        _("Release of retention"),
        post=post_accepted,
        posted="release",
        facts=facts,
        labels=LABELS,
        brief=("total", "receivable", "reason"),
        clause="receivables.retention_second_amount",
        flow=(
            route(
                "Every release that waits",
                [],
                [step("Second person of finance", role("finance", scope="company"))],
            ),
        ),
        mend_url=lambda entry: reverse("receivables:postingentry_mend", args=[entry.pk]),
    )
