"""Competitors and what was observed of them (MKT-02, MKT-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import (
    Competitor,
    Observation,
)
from customers.services.market_rows import locked, only_seen, save
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.core.policies import can


@transaction.atomic
def save_competitor(
    *,
    actor: User | None,
    at: datetime,
    competitor: Competitor | None = None,
    version: int | None = None,
    **fields: Any,
) -> Competitor:
    """Open or change the file of a competitor; a name is on file once."""
    row = Competitor(created_by=actor) if competitor is None else locked(competitor, actor, "edit", version)
    if competitor is None and actor is not None and not can(actor, "add", Competitor):
        raise NotAllowed(_("Your role keeps no files of competitors."))
    for name, value in fields.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.name:
        raise InvalidInput(_("Enter the name of the competitor."), field="name")
    if Competitor.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise Duplicate(_("This competitor is on file already."), field="name", existing=row.name)
    save(row)
    verb = "customers.competitor_changed" if competitor else "customers.competitor_added"
    record(verb, row, actor=actor, at=at, data={"name": row.name})
    return row


@transaction.atomic
def record_observation(*, actor: User, at: datetime, owner: User | None = None, **fields: Any) -> Observation:
    """Write down what was seen or heard of the market. ``owner`` is who saw it (the actor if not said)."""
    row = Observation(created_by=actor, owner=owner or actor, **fields)
    _check_observation(row, actor, at)
    row.save()
    if not can(actor, "edit", row):
        raise NotAllowed(_("You write down only what you or your people have seen."))
    _tell(row, "customers.observation_recorded", actor, at)
    return row


@transaction.atomic
def update_observation(
    *, actor: User, at: datetime, observation: Observation, version: int | None = None, **changes: Any
) -> Observation:
    """Correct an observation; the row history keeps what it said before."""
    row = locked(observation, actor, "edit", version)
    for name, value in changes.items():
        setattr(row, name, value)
    _check_observation(row, actor, at)
    save(row)
    _tell(row, "customers.observation_changed", actor, at)
    return row


def _tell(row: Observation, verb: str, actor: User, at: datetime) -> None:
    data = {"topic": str(row.topic), "competitor": str(row.competitor or "")}
    record(verb, row, row.competitor, row.customer, row.opportunity, actor=actor, at=at, data=data)


def _check_observation(row: Observation, actor: User, at: datetime) -> None:
    today = timezone.localdate(at)
    row.fact = row.fact.strip()
    if not row.fact:
        raise InvalidInput(_("Write down what was seen."), field="fact")
    if row.seen_on > today:
        raise InvalidInput(_("Nothing is seen in the future."), field="seen_on")
    if row.price is not None and row.price < 0:
        raise InvalidInput(_("An amount is zero or more."), field="price")
    if row.price is not None and row.currency is None:
        raise InvalidInput(_("Say in which currency."), field="currency")
    only_seen(row, actor)
    row.team = team_on(row.owner, row.seen_on)
