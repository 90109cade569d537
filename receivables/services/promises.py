"""Promises to pay: written down, judged by the money that was allocated in time, told when broken (REC-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.selectors import family_of
from receivables.choices import CaseState, PromiseState
from receivables.events import PromiseBroken
from receivables.models import CollectionCase, Promise, Receivable, SettlementLine
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.inputs import exact_amount
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify


@dataclass(frozen=True)
class NewPromise:
    """What was promised: until ``due_date`` the amount, by ``person``; for one item or for any of the customer."""

    amount: Decimal
    currency: Currency
    due_date: date
    person: str
    receivable: Receivable | None = None
    proof: str = ""


@transaction.atomic
def record_promise(*, actor: Any, case: CollectionCase, promise: NewPromise, at: datetime) -> Promise:
    """Write a promise down; until it is due (and the grace of clause R-80 is over) the customer is not chased.

    Raises ``Conflict`` for a closed case, ``InvalidInput`` for a day that has passed, an amount beyond what is owed,
    an item of somebody else; ``NotAllowed``.
    """
    row = lock_row(CollectionCase.objects.select_related("customer"), case.pk)
    if actor is not None and not can(actor, "chase", row):
        raise NotAllowed(_("Only who chases this customer writes promises down."))
    if row.state == CaseState.CLOSED:
        raise Conflict(_("This case is closed; nothing is overdue."))
    today = timezone.localdate(at)
    if promise.due_date < today:
        raise InvalidInput(_("A promise is for today or later."), field="due_date")
    amount = exact_amount(promise.amount, currency=promise.currency)
    owed = owed_by(row, promise.currency.pk, promise.receivable)
    if amount > owed:
        raise InvalidInput(
            _("More is promised than is owed: %(owed)s %(currency)s.")
            % {"owed": owed, "currency": promise.currency.pk},
            field="amount",
            way_out=_("Write down what is owed, or choose another currency."),
        )
    if not promise.person.strip():
        raise InvalidInput(_("Who promised it?"), field="person")
    made = Promise.objects.create(
        case=row,
        customer=row.customer,
        owner=row.owner,
        team=row.team,
        receivable=promise.receivable,
        currency=promise.currency,
        amount=amount,
        made_date=today,
        due_date=promise.due_date,
        person=promise.person.strip(),
        proof=promise.proof.strip(),
        created_by=actor,
    )
    _write("promise_made", made, actor=actor, at=at, person=made.person)
    row.next_date, row.last_contact = promise.due_date, today
    row.version += 1
    row.save(update_fields=["next_date", "last_contact", "version", "updated_at"])
    return made


def owed_by(case: CollectionCase, currency: str, receivable: Receivable | None = None) -> Decimal:
    """What is open of the customer in a currency, or of one item of it (0 for an item of somebody else)."""
    rows = Receivable.objects.open().filter(customer__in=family_of(case.customer), currency=currency)
    if receivable is not None:
        rows = rows.filter(pk=receivable.pk)
    return rows.order_by().aggregate(total=Sum("outstanding"))["total"] or Decimal(0)


@transaction.atomic
def withdraw_promise(*, actor: Any, promise: Promise, reason: str, at: datetime) -> Promise:
    """Take back a promise that was written down by mistake or replaced; the reason stays in the timeline."""
    row = lock_row(Promise.objects.select_related("customer"), promise.pk)
    if not can(actor, "withdraw", row):
        raise NotAllowed(_("Only who wrote an open promise down, or a head, withdraws it."))
    row.state, row.judged_date = PromiseState.WITHDRAWN, timezone.localdate(at)
    row.version += 1
    row.save(update_fields=["state", "judged_date", "version", "updated_at"])
    _write("promise_withdrawn", row, actor=actor, at=at, comment=reason)
    return row


def paid_for(promises: list[Promise], *, grace: int, until: date | None = None) -> dict[int, Decimal]:
    """What was allocated for each promise in its time, from the day it was made to the due day and the grace.

    Promises are of one customer. Money counts once: for the promise that is due first, where times overlap.
    """
    if not promises:
        return {}
    ordered = sorted(promises, key=lambda p: (p.due_date, p.pk))
    last = max(p.due_date for p in ordered) + timedelta(days=grace)
    lines = list(
        SettlementLine.objects.filter(
            receivable__customer__in=family_of(ordered[0].customer),
            receipt__isnull=False,
            date__gte=min(p.made_date for p in ordered),
            date__lte=min(last, until) if until else last,
        )
        .order_by("date", "pk")
        .values_list("pk", "date", "amount", "receivable_id", "receivable__currency_id", "reversal_of_id")
    )
    taken_back = {reversal: amount for _pk, _day, amount, _item, _code, reversal in lines if reversal}
    money = [
        [day, amount + taken_back.get(pk, Decimal(0)), item, code]
        for pk, day, amount, item, code, reversal in lines
        if not reversal
    ]
    answer: dict[int, Decimal] = {}
    for promise in ordered:
        end = promise.due_date + timedelta(days=grace)
        wanted = promise.amount
        for entry in money:
            day, left, item, code = entry
            fits = code == promise.currency_id and promise.receivable_id in (None, item)
            if left > 0 and fits and promise.made_date <= day <= end and wanted > 0:
                part = min(left, wanted)
                entry[1] = left - part
                wanted -= part
        answer[promise.pk] = promise.amount - wanted
    return answer


def judge_promises(*, on: date, at: datetime) -> dict[str, int]:
    """Judge every open promise whose grace is over on ``on``, or that is kept already; once each."""
    grace = rule("receivables.promise_grace_days", on=on)
    waiting = Promise.objects.waiting().select_related("customer", "owner__superior", "case")
    by_customer: dict[int, list[Promise]] = {}
    for row in waiting.select_for_update(of=("self",)).order_by("pk"):
        by_customer.setdefault(row.customer_id, []).append(row)
    counts: dict[str, int] = {}
    for rows in by_customer.values():
        paid = paid_for(rows, grace=grace, until=on)
        for row in rows:
            over = row.due_date + timedelta(days=grace) < on
            if over or paid[row.pk] >= row.amount:
                state = _judge(row, paid[row.pk], on=on, at=at)
                counts[state] = counts.get(state, 0) + 1
    return counts


def _judge(row: Promise, paid: Decimal, *, on: date, at: datetime) -> str:
    row.paid, row.judged_date = paid, on
    row.state = (
        PromiseState.KEPT if paid >= row.amount else PromiseState.PARTLY if paid > 0 else PromiseState.BROKEN
    )
    row.version += 1
    row.save(update_fields=["paid", "judged_date", "state", "version", "updated_at"])
    _write(f"promise_{row.state}", row, actor=None, at=at, paid=paid)
    if row.state == PromiseState.KEPT:
        return str(row.state)
    holder = row.owner
    for person in (holder, holder.superior if holder else None):
        if person is not None and person.is_active:
            data = {
                "customer": str(row.customer),
                "amount": str(row.amount),
                "currency": row.currency_id,
                "paid": str(paid),
                "due_date": row.due_date.isoformat(),
            }
            notify(
                person,
                "receivables.promise_broken",
                f"promise-broken:{row.pk}",
                data,
                row.get_absolute_url(),
                at=at,
            )
    publish(PromiseBroken(promise_id=row.pk, at=at))
    return str(row.state)


def _write(verb: str, row: Promise, *, actor: Any, at: datetime, comment: str = "", **more: Any) -> None:
    data = {
        "customer": str(row.customer),
        "amount": row.amount,
        "currency": row.currency_id,
        "due_date": row.due_date,
        **more,
    }
    record(
        f"receivables.{verb}",
        row,
        row.case,
        row.customer,
        actor=actor,
        at=at,
        data=data,
        comment=comment.strip(),
    )
