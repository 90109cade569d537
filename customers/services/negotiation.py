"""Who decides, who competes, what is negotiated, and prices under the floor (OPP-04, OPP-06)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import CONCESSION_MOVES, ConcessionState, Stance
from customers.models import (
    Competitor,
    Concession,
    Contact,
    DealCompetitor,
    DecisionMaker,
    NegotiationNote,
    Opportunity,
)
from customers.services.deal_rows import facts, locked, must_live
from salesops.accounts.models import User
from salesops.approvals.formats import base_money, percent
from salesops.approvals.registry import DocumentType, document_types, register
from salesops.approvals.routing import look_at
from salesops.approvals.services import end_requests, start
from salesops.audit.services import record
from salesops.catalog.floors import is_below_floor
from salesops.catalog.models import Product
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import AskOffer, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.money import convert
from salesops.core.policies import can
from salesops.handbook.selectors import rule

KEY = "customers.concession"


@transaction.atomic
def set_decision_maker(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    contact: Contact,
    part: str,
    stance: str = Stance.NEUTRAL,
    note: str = "",
) -> DecisionMaker:
    """Say what a contact has to do with the decision; a second time changes it."""
    row = locked(opportunity, actor, "edit")
    if contact.customer_id != row.customer_id:
        raise InvalidInput(_("Choose people who work at this customer."), field="contact")
    values = {"part": part, "stance": stance, "note": note.strip()}
    maker, _new = DecisionMaker.objects.update_or_create(opportunity=row, contact=contact, defaults=values)
    data = facts(row, contact=contact.name)
    record("customers.deal_person_set", row, row.customer, actor=actor, at=at, data=data)
    return maker


@transaction.atomic
def remove_decision_maker(*, actor: User | None, at: datetime, maker: DecisionMaker) -> None:
    row = locked(maker.opportunity, actor, "edit")
    data = facts(row, contact=maker.contact.name)
    maker.delete()
    record("customers.deal_person_removed", row, row.customer, actor=actor, at=at, data=data)


@transaction.atomic
def set_competitor(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    competitor: Competitor,
    standing: str,
    price: Decimal | None = None,
    note: str = "",
) -> DealCompetitor:
    """Name a competitor in a deal, how they stand and their price; a second time changes it."""
    row = locked(opportunity, actor, "edit")
    values = {"standing": standing, "price": price, "note": note.strip()}
    rival, _new = DealCompetitor.objects.update_or_create(
        opportunity=row, competitor=competitor, defaults=values
    )
    data = facts(row, competitor=str(competitor))
    record("customers.deal_competitor_set", row, competitor, actor=actor, at=at, data=data)
    return rival


@transaction.atomic
def remove_competitor(*, actor: User | None, at: datetime, rival: DealCompetitor) -> None:
    row = locked(rival.opportunity, actor, "edit")
    data = facts(row, competitor=str(rival.competitor))
    rival.delete()
    record("customers.deal_competitor_removed", row, actor=actor, at=at, data=data)


@transaction.atomic
def note_negotiation(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    topic: str,
    asked: str,
    answered: str = "",
    on: date | None = None,
) -> NegotiationNote:
    """Write down what the customer wants and what we answered; it stays as it was written."""
    row = locked(opportunity, actor, "note")
    must_live(row)
    today = timezone.localdate(at)
    if not asked.strip():
        raise InvalidInput(_("Write down what the customer wants."), field="asked")
    if on is not None and (on > today or on < row.created_date):
        raise InvalidInput(
            _("A talk took place between the opening of the opportunity and today."), field="on"
        )
    note = NegotiationNote.objects.create(
        opportunity=row,
        date=on or today,
        topic=topic,
        asked=asked.strip(),
        answered=answered.strip(),
        author=actor,
    )
    data = facts(row, topic=topic)
    record("customers.deal_negotiated", row, row.customer, actor=actor, at=at, data=data, comment=note.asked)
    return note


@transaction.atomic
def ask_concession(
    *,
    actor: User,
    at: datetime,
    opportunity: Opportunity,
    product: Product,
    price: Decimal,
    reason: str,
    quantity: Decimal | None = None,
) -> Concession:
    """Ask for a price under the list price, in the currency of the deal.

    What the handbook lets the owner grant is granted at once; the rest waits for those whom the flow names, and
    under the floor nobody but they can grant it. Raises ``InvalidInput``, ``NotAllowed``.
    """
    row = locked(opportunity, actor, "concede")
    must_live(row)
    if price <= 0:
        raise InvalidInput(_("A price is more than zero."), field="price")
    if not reason.strip():
        raise InvalidInput(_("Say why the customer should get this price."), field="reason")
    today = timezone.localdate(at)
    rate = rate_to_base(row.currency_id, on=today)
    own_rate = rate_to_base(product.currency_id, on=today)
    discount = Decimal(0)
    if product.list_price:
        discount = max(1 - price * rate / (product.list_price * own_rate), Decimal(0))
    concession = Concession.objects.create(
        opportunity=row, product=product, quantity=quantity, price=price, currency=row.currency, date=today,
        list_price=product.list_price, floor_price=product.floor_price, discount=round(discount, 6),
        reason=reason.strip(), created_by=actor,
        below_floor=is_below_floor(price=price, discount=Decimal(0), rate=rate, floor_price=product.floor_price,
                                   floor_rate=own_rate),
    )  # fmt: skip
    data = facts(row, product=product.name, price=str(price), currency=row.currency_id)
    record(
        "customers.concession_asked",
        concession,
        row,
        row.customer,
        actor=actor,
        at=at,
        data=data,
        comment=reason.strip(),
    )
    if look_at(document_types[KEY], concession, at=at).route is None:
        _settle(concession, ConcessionState.GRANTED, actor=actor, at=at)
    else:
        start(actor=actor, at=at, obj=concession, document_type=KEY, reason=reason.strip())
    return concession


@transaction.atomic
def withdraw_concession(*, actor: User, at: datetime, concession: Concession) -> Concession:
    """Take back what was asked and is not decided."""
    locked(concession.opportunity, actor, "concede")
    row = lock_row(Concession.objects, concession.pk)
    if not can(actor, "withdraw", row):
        deal = row.opportunity
        raise NotAllowed(
            _("Only who makes the opportunity, or the team above, may change it."),
            way_out=_("Ask %(owner)s.") % {"owner": deal.owner},
            release=AskOffer(
                _("Please take back a price concession of %(deal)s") % {"deal": deal},
                people=(deal.owner,),
                subject=deal,
            ),
        )
    CONCESSION_MOVES.require(row.state, ConcessionState.WITHDRAWN, labels=dict(ConcessionState.choices))
    _settle(row, ConcessionState.WITHDRAWN, actor=actor, at=at)
    end_requests(row, why=str(_("The concession was withdrawn.")), actor=actor, at=at, also_returned=True)
    return row


def end_asked(deal: Opportunity, *, actor: User | None, at: datetime) -> None:
    """With the decision on a deal what was asked for it and is not decided ends."""
    for row in deal.concessions.filter(state=ConcessionState.PENDING).order_by("pk").select_for_update():
        _settle(row, ConcessionState.WITHDRAWN, actor=actor, at=at)
        end_requests(row, why=str(_("The opportunity is decided.")), actor=actor, at=at, also_returned=True)


def _settle(concession: Concession, state: str, *, actor: Any, at: datetime) -> None:
    CONCESSION_MOVES.require(concession.state, state, labels=dict(ConcessionState.choices))
    concession.state = state
    concession.version += 1
    concession.save()
    deal = concession.opportunity
    data = facts(
        deal, product=concession.product.name, price=str(concession.price), currency=concession.currency_id
    )
    record(f"customers.concession_{state}", concession, deal, deal.customer, actor=actor, at=at, data=data)


# --- approval -----------------------------------------------------------------------------------------


def _facts(concession: Concession, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who grant a concession see; ``deep`` is what manager and finance sign."""
    deal = concession.opportunity
    rate = rate_to_base(concession.currency_id, on=concession.date)
    top = rule("customers.concession_top_discount", on=concession.date)
    return {
        "customer": str(deal.customer or ""),
        "deal": deal.title,
        "product": concession.product.name,
        "price": f"{concession.price} {concession.currency_id}",
        "quantity": concession.quantity,
        "discount": concession.discount,
        "below_floor": concession.below_floor,
        "deep": concession.below_floor or concession.discount > top,
        "amount": convert(concession.price * (concession.quantity or 1), rate),
    }


LABELS = {
    "customer": _("customer"),
    "deal": _("opportunity"),
    "product": _("product"),
    "price": _("unit price"),
    "quantity": _("quantity"),
    "discount": _("discount from the list price"),
    "below_floor": _("under the floor price"),
    "deep": _("under the floor, or far under the list price"),
    "amount": _("amount in base currency"),
}


def _granted(concession: Concession, *, request: Any, actor: Any, at: datetime) -> None:
    _settle(concession, ConcessionState.GRANTED, actor=actor, at=at)


def _refused(concession: Concession, *, request: Any, actor: Any, at: datetime) -> None:
    _settle(concession, ConcessionState.REFUSED, actor=actor, at=at)


def _ended(concession: Concession, *, request: Any, actor: Any, at: datetime) -> None:
    if concession.state == ConcessionState.PENDING:
        _settle(concession, ConcessionState.WITHDRAWN, actor=actor, at=at)


def register_kind() -> None:
    """Called when the app is ready."""
    register(
        DocumentType(
            KEY,
            "customers.Concession",
            _("Price concession"),
            facts=_facts,
            labels=LABELS,
            formats={"discount": percent, "amount": base_money},
            brief=("product", "price", "discount", "below_floor"),
            may_request="ask",
            customer=lambda concession: concession.opportunity.customer_id,
            own_people=lambda concession: (concession.opportunity.owner_id, concession.created_by_id),
            applicant=lambda concession: concession.created_by or concession.opportunity.owner,
            team=lambda concession: concession.opportunity.team,
            on_approved=_granted,
            on_rejected=_refused,
            on_ended=_ended,
            clause="customers.concession_top_discount",
        )
    )
