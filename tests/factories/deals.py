"""Makers of leads, opportunities and market records; straight into the tables unless said otherwise."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from customers.choices.deals import Stage
from customers.models import (
    Campaign,
    Competitor,
    Customer,
    Lead,
    LossReason,
    Observation,
    Opportunity,
    ProductDemand,
    StageMove,
)
from customers.naming import name_key
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.catalog.models import Product
from tests.factories.customers import make_currency, make_customer

DAY = date(2026, 3, 2)
ODDS = {Stage.RESEARCH: "0.05", Stage.SCREENED: "0.1", Stage.FIRST_VISIT: "0.2", Stage.NEEDS: "0.4",
        Stage.PROPOSAL: "0.6", Stage.NEGOTIATION: "0.8", Stage.WON: "1", Stage.LOST: "0"}  # fmt: skip
_serial = itertools.count(1)


def moment(on: date) -> datetime:
    """Ten o'clock of a day."""
    return timezone.make_aware(datetime.combine(on, time(10)))


def make_lead(owner: User | None = None, *, on: date = DAY, **fields: Any) -> Lead:
    serial = next(_serial)
    fields.setdefault("name", f"Lead Number {serial} Ltd.")
    fields.setdefault("source", "promotion")
    fields.setdefault("currency", make_currency())
    fields.setdefault("name_key", name_key(fields["name"]))
    fields.setdefault("touched_date", on)
    return Lead.objects.create(
        number=f"XS-TEST-{serial:05d}",
        owner=owner,
        team=team_on(owner, on) if owner else None,
        created_date=on,
        **fields,
    )


def make_deal(
    owner: User,
    customer: Customer | None = None,
    *,
    on: date = DAY,
    stage: str = Stage.RESEARCH,
    **fields: Any,
) -> Opportunity:
    """A deal opened ``on``; one that is won or lost was decided 30 days later unless ``closed_date`` says so."""
    serial = next(_serial)
    customer = customer or make_customer(owner)
    fields.setdefault("title", f"Deal {serial}")
    fields.setdefault("currency", customer.currency)
    fields.setdefault("amount", Decimal(1000))
    fields.setdefault("base_amount", fields["amount"] or Decimal(0))
    fields.setdefault("probability", Decimal(ODDS.get(Stage(stage), "0")))
    fields.setdefault("stage_since", on)
    if stage in (Stage.WON, Stage.LOST):
        fields.setdefault("closed_date", on + timedelta(days=30))
    if stage == Stage.LOST:
        fields.setdefault("loss_reason", LossReason.objects.order_by("position").first())
    if stage == Stage.ON_HOLD:
        fields.setdefault("held_from", Stage.NEEDS)
    fields.setdefault("next_step", "Call them")
    fields.setdefault("next_step_on", on + timedelta(days=7))
    day = fields.get("closed_date", on)
    deal = Opportunity.objects.create(
        code=f"SJ-TEST-{serial:05d}", customer=customer, owner=owner, team=team_on(owner, day), stage=stage,
        created_date=on, **fields,
    )  # fmt: skip
    StageMove.objects.create(
        opportunity=deal, to_stage=stage, date=day, at=moment(day), owner=owner, team=deal.team,
        base_amount=deal.base_amount,
    )  # fmt: skip
    return deal


def make_goods(*, list_price: str = "100", floor_price: str = "80", **fields: Any) -> Product:
    serial = next(_serial)
    fields.setdefault("code", f"G{serial:05d}")
    fields.setdefault("name", f"Goods {serial}")
    return Product.objects.create(
        currency=make_currency(), list_price=Decimal(list_price), floor_price=Decimal(floor_price), **fields
    )


def make_competitor(**fields: Any) -> Competitor:
    """One file per competitor: the one of this name if there is one."""
    name = fields.pop("name", None) or f"Competitor {next(_serial)}"
    return Competitor.objects.get_or_create(name=name, defaults=fields)[0]


def make_observation(owner: User, *, on: date = DAY, **fields: Any) -> Observation:
    fields.setdefault("topic", "price")
    fields.setdefault("fact", "They sell for less")
    return Observation.objects.create(owner=owner, team=team_on(owner, on), seen_on=on, **fields)


def make_campaign(owner: User, *, on: date = DAY, **fields: Any) -> Campaign:
    serial = next(_serial)
    fields.setdefault("kind", "promotion")
    fields.setdefault("theme", f"Campaign {serial}")
    fields.setdefault("form", "Road show")
    fields.setdefault("budget", Decimal(5000))
    fields.setdefault("currency", make_currency())
    return Campaign.objects.create(
        number=f"YX-TEST-{serial:05d}",
        owner=owner,
        team=team_on(owner, on),
        start=on,
        end=on + timedelta(days=3),
        **fields,
    )


def make_demand(owner: User, *, on: date = DAY, **fields: Any) -> ProductDemand:
    serial = next(_serial)
    fields.setdefault("title", f"Demand {serial}")
    fields.setdefault("need", "A lid that closes")
    return ProductDemand.objects.create(
        number=f"CP-TEST-{serial:05d}", owner=owner, team=team_on(owner, on), raised_on=on, **fields
    )
