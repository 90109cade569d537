"""Posting what customers owe, by hand, from orders and by import; and the dispute of an item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, PlanRow
from customers.models import Customer
from orders.models import Order
from receivables.choices import CreateOn, Source
from receivables.choices.disputes import DisputeResolution
from receivables.events import ReceivablePosted
from receivables.models import CreditNote, PostingEntry, Receivable
from receivables.selectors.due_words import words_without_terms
from receivables.selectors.plan_rows import beyond_contract, planned
from receivables.services.billing import left_to_bill, require_left
from receivables.services.contract_plans import post_shipment, require_no_plan
from receivables.services.credit_entries import give_back_for
from receivables.services.credits import NewCreditNote, given_back
from receivables.services.disputes import NewDispute, open_dispute, settle_dispute
from receivables.services.posting import (
    base_of,
    holder_on,
    ledger_rules,
    require_date,
    require_open_month,
    require_right,
    require_visible,
    team_of,
)
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.catalog.models import Currency, PaymentTerm
from salesops.catalog.terms import due_date as date_by_terms
from salesops.core.errors import Duplicate, InvalidInput
from salesops.core.events import publish
from salesops.core.inputs import exact_amount
from salesops.core.locking import lock_row
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number, unless_taken

NUMBER_CLASS = "YS"


@dataclass(frozen=True)
class NewReceivable:
    """An open item. Give ``due_date`` or ``payment_term``; without both the customer's terms count."""

    customer: Customer
    issue_date: date
    amount: Decimal
    currency: Currency
    due_date: date | None = None
    payment_term: PaymentTerm | None = None
    order: Order | None = None
    contract: Contract | None = None
    owner: User | None = None
    number: str = ""
    source: str = Source.MANUAL
    due_rule: str = ""  # the words for a ``due_date`` that was computed elsewhere
    plan_row: PlanRow | None = None
    plan_fact: str = ""
    retention_until: date | None = None


@transaction.atomic
def create_receivable(*, actor: Any, receivable: NewReceivable, at: datetime) -> Receivable:
    """Post an open item. The due date is the one given, or comes from the terms and is stored with its rule.

    Raises ``InvalidInput``, ``MonthClosed``, ``Duplicate`` (number), ``NotAllowed``, and ``Conflict`` for more
    than is left of its order.
    """
    require_right(actor, "add", Receivable)
    require_visible(actor, receivable.customer, field="customer")
    for name in ("order", "contract"):
        other = getattr(receivable, name)
        if other is None:
            continue
        require_visible(actor, other, field=name)
        if other.customer_id != receivable.customer.pk:
            raise InvalidInput(_("This belongs to another customer."), field=name)
    require_date(receivable.issue_date, at=at, field="issue_date")
    require_no_plan(
        receivable.contract or (receivable.order.contract if receivable.order else None),
        receivable.amount,
        receivable.currency.pk,
    )
    if receivable.order is not None:
        require_left(receivable.order, receivable.amount, receivable.currency.pk)
    return post_item(receivable, actor=actor, at=at)


def due_of(new: NewReceivable) -> tuple[date, str, PaymentTerm | None]:
    """Due date, the words for how it came about, and the terms that gave it (domain §6)."""
    with translation.override(settings.LANGUAGE_CODE):
        if new.due_date is not None:
            return new.due_date, new.due_rule, new.payment_term
        order = new.order
        term = new.payment_term or (order.payment_term if order else None) or new.customer.payment_term
        if term is None:
            days = rule("receivables.default_term_days", on=new.issue_date)
            day = new.issue_date + timedelta(days=days)
            return day, words_without_terms(days), None
        shipped = order.shipped_date if order else None
        signed = (new.contract or (order.contract if order else None)) or None
        day, words = date_by_terms(
            term,
            invoice=new.issue_date,
            delivery=shipped,
            sign=signed.signed_date if signed else None,
        )
        return day, words[:200], term


def post_item(new: NewReceivable, *, actor: Any, at: datetime) -> Receivable:
    """Number, date and post an item that was checked; tell the timeline and whoever listens."""
    amount = exact_amount(new.amount, currency=new.currency)
    due, words, term = due_of(new)
    if not 1990 <= due.year <= 2100:
        raise InvalidInput(_("%(date)s is no plausible date.") % {"date": due}, field="due_date")
    rate, base = base_of(amount, new.currency.pk, on=new.issue_date)
    owner = new.owner or holder_on(new.customer, new.issue_date)
    row = Receivable(
        number=new.number.strip() or next_free_number(NUMBER_CLASS, Receivable, on=new.issue_date),
        customer=new.customer,
        owner=owner,
        team=team_of(owner, new.issue_date, new.customer),
        currency=new.currency,
        amount=amount,
        base_rate=rate,
        base_amount=base,
        issue_date=new.issue_date,
        due_date=due,
        due_rule=words,
        payment_term=term,
        order=new.order,
        contract=new.contract or (new.order.contract if new.order else None),
        source=new.source,
        plan_row=new.plan_row,
        plan_line=new.plan_row.line if new.plan_row else None,
        plan_fact=new.plan_fact,
        retention_until=new.retention_until,
        created_by=actor,
    )

    def taken() -> Duplicate:
        return Duplicate(
            _("There is a receivable %(number)s already.") % {"number": row.number},
            field="number",
            existing=row.number,
        )

    with unless_taken(Receivable, taken), ledger_rules():
        row.save(force_insert=True)
    row.refresh_from_db()
    record(
        "receivables.receivable_posted",
        row,
        row.customer,
        row.order,
        row.contract,
        actor=actor,
        at=at,
        data={"number": row.number, "amount": row.amount, "currency": row.currency_id, "due": row.due_date},
    )
    publish(ReceivablePosted(receivable_id=row.pk, at=at))
    return row


@transaction.atomic
def create_from_order(order: Order, *, fact: str, at: datetime) -> Receivable | None:
    """The receivable of an order, posted once, when ``fact`` (shipment, confirmation) is the one that counts.

    Idempotent: a second call finds the first row (UNIQUE order). It is posted over what nobody billed yet by hand
    or by file; nothing for an order of zero or one that is billed in full.
    """
    on = order.shipped_date if fact == CreateOn.SHIPMENT else order.confirmed_date
    on = on or timezone.localdate(at)
    existing = Receivable.objects.filter(order=order, source=Source.ORDER).first()
    if existing or order.total <= 0:
        return existing
    # Shipping still posts what a change of the rule between confirmation and shipment would have dropped.
    if fact != CreateOn.SHIPMENT and rule("receivables.create_on", on=on) != fact:
        return None
    lock_row(Order.objects.all(), order.pk)
    left = left_to_bill(order)
    if planned(
        order
    ):  # the plan bills what the contract covers; what was shipped beyond it falls due by the order
        if fact != CreateOn.SHIPMENT:
            return None
        post_shipment(order, at=at)
        left = min(left, beyond_contract(order))
    if not left:
        return None
    require_open_month(on, field="date")
    return post_item(
        NewReceivable(
            customer=order.customer,
            issue_date=on,
            amount=left,
            currency=order.currency,
            order=order,
            owner=order.owner,
            source=Source.ORDER,
        ),
        actor=None,
        at=at,
    )


@transaction.atomic
def cancel_order_receivables(
    order: Order, *, actor: Any = None, at: datetime
) -> list[CreditNote | PostingEntry]:
    """What was billed of a cancelled order is credited in full; what the customer has paid stays as their credit.

    Where a person (``actor``) cancelled it and the handbook wants two people for credit of that size, it waits for
    a second one. Idempotent: an item of which all is credited or waits gets no further credit note.
    """
    with translation.override(settings.LANGUAGE_CODE):
        reason = gettext("Order %(number)s was cancelled") % {"number": order.number}
    notes = []
    for item in Receivable.objects.filter(order=order).select_related("customer", "currency").order_by("pk"):
        left = item.amount - given_back(item)
        if left <= 0:
            continue
        note = NewCreditNote(
            customer=item.customer,
            date=max(timezone.localdate(at), item.issue_date),
            amount=left,
            currency=item.currency,
            reason=reason,
            receivable=item,
            source=Source.AUTOMATIC,
        )
        notes.append(give_back_for(actor=actor, credit_note=note, at=at))
    return notes


@transaction.atomic
def mark_disputed(*, actor: Any, receivable: Receivable, reason: str, at: datetime) -> Receivable:
    """Open a dispute over all that is outstanding; nothing happens where one is open already."""
    require_right(actor, "dispute", receivable)
    if not lock_row(Receivable.objects.all(), receivable.pk).disputed:
        open_dispute(actor=actor, receivable=receivable, dispute=NewDispute(words=reason), at=at)
    receivable.refresh_from_db()
    return receivable


@transaction.atomic
def resolve_dispute(
    *,
    actor: Any,
    receivable: Receivable,
    outcome: str,
    resolution: str = DisputeResolution.WITHDRAWN,
    resolved_date: date | None = None,
    at: datetime,
) -> Receivable:
    """Settle the open dispute of an item; nothing happens where none is open."""
    require_right(actor, "resolve", receivable)
    dispute = receivable.disputes.open().first()
    if dispute is not None:
        settle_dispute(
            actor=actor,
            dispute=dispute,
            resolution=resolution,
            outcome=outcome,
            resolved_date=resolved_date,
            at=at,
        )
    receivable.refresh_from_db()
    return receivable
