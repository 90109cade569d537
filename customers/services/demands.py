"""Product demands: passed on, weighed, answered to who asked (RND-01, RND-03)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.market import (
    DEMAND_MOVES,
    DemandState,
)
from customers.events.deals import DemandAnswered
from customers.models import (
    ProductDemand,
)
from customers.services.market_rows import locked, only_seen, save
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.policies import can
from salesops.notifications.services import notify
from salesops.numbering.services import next_number


@transaction.atomic
def raise_demand(*, actor: User, at: datetime, owner: User | None = None, **fields: Any) -> ProductDemand:
    """Pass on what a customer needs of a product; it gets a CP number. ``owner`` is who gets the answer."""
    today = timezone.localdate(at)
    person = owner or actor
    if not can(actor, "add", ProductDemand):
        raise NotAllowed(_("Your role raises no product demands."))
    row = ProductDemand(
        created_by=actor, owner=person, team=team_on(person, today), raised_on=today,
        number=next_number("CP", on=today), **fields,
    )  # fmt: skip
    _check_demand(row, actor)
    row.save(force_insert=True)
    data = {"demand": row.number, "title": row.title}
    record("customers.demand_raised", row, row.customer, row.opportunity, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def update_demand(
    *, actor: User, at: datetime, demand: ProductDemand, version: int | None = None, **changes: Any
) -> ProductDemand:
    """Correct the words of a demand as long as nobody has decided it."""
    row = locked(demand, actor, "edit", version)
    if row.state not in (DemandState.NEW, DemandState.IN_REVIEW):
        raise Conflict(_("This demand is decided; what was asked stays."))
    for name, value in changes.items():
        setattr(row, name, value)
    _check_demand(row, actor)
    save(row)
    record(
        "customers.demand_changed", row, actor=actor, at=at, data={"demand": row.number, "title": row.title}
    )
    return row


@transaction.atomic
def decide_demand(
    *,
    actor: User,
    at: datetime,
    demand: ProductDemand,
    to: str,
    answer: str = "",
    planned_for: date | None = None,
    urgency: str = "",
) -> ProductDemand:
    """Take a demand into review, accept, decline or finish it; the answer goes back to who raised it (RND-03)."""
    row = locked(demand, actor, "decide")
    DEMAND_MOVES.require(row.state, to, labels=dict(DemandState.choices))
    if to != DemandState.IN_REVIEW and not answer.strip():
        raise InvalidInput(_("Write the answer to who asked."), field="answer")
    row.state, row.planned_for = to, planned_for or row.planned_for
    row.urgency = urgency or row.urgency
    if answer.strip():
        row.answer, row.answered_at, row.answered_by = answer.strip(), at, actor
    save(row)
    data = {"demand": row.number, "title": row.title, "demand_state": str(to)}
    record(
        "customers.demand_decided",
        row,
        row.customer,
        row.opportunity,
        actor=actor,
        at=at,
        data=data,
        comment=answer.strip(),
    )
    if answer.strip() and row.owner_id != actor.pk:
        told = {"title": row.title, "words": row.answer, "by": actor.name}
        key = f"demand:{row.pk}:{row.version}"
        notify(row.owner, "customers.demand_answered", key, told, row.get_absolute_url(), at=at)
    publish(DemandAnswered(row.pk, str(to), at))
    return row


def _check_demand(row: ProductDemand, actor: User) -> None:
    row.title, row.need = row.title.strip(), row.need.strip()
    if not row.title:
        raise InvalidInput(_("Say in one line what is needed."), field="title")
    if not row.need:
        raise InvalidInput(_("Say what is needed, and why."), field="need")
    only_seen(row, actor)
