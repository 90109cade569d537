"""Whose a lead is: taken from the pool, given, put back by hand or because nobody works on it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Lead
from customers.services.lead_rows import (
    facts,
    locked,
    must_be_open,
    touch,
)
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule


@transaction.atomic
def claim_lead(*, actor: User, at: datetime, lead: Lead) -> Lead:
    """Take a lead out of the pool; of two who click at once one gets it, the other is told who."""
    row = lock_row(Lead.objects, lead.pk)
    if row.owner is not None:
        raise Conflict(_("%(name)s has taken this lead meanwhile.") % {"name": row.owner})
    must_be_open(row)
    if not can(actor, "claim", row):
        raise NotAllowed(_("Only who sells takes leads out of the pool."))
    today = timezone.localdate(at)
    row.owner, row.team = actor, team_on(actor, today)
    touch(row, today)
    record("customers.lead_claimed", row, actor=actor, at=at, data=facts(row))
    return row


@transaction.atomic
def assign_lead(*, actor: User | None, at: datetime, lead: Lead, owner: User, reason: str = "") -> Lead:
    """Give an open lead to a person; state and texts stay as they are."""
    row = locked(lead, actor, "assign")
    must_be_open(row)
    today = timezone.localdate(at)
    if row.owner_id == owner.pk:
        raise InvalidInput(_("%(name)s has this lead already.") % {"name": owner}, field="owner")
    if not owner.is_active or (owner.left_date and owner.left_date < today):
        raise InvalidInput(_("%(name)s is no longer in post.") % {"name": owner}, field="owner")
    old = row.owner
    row.owner, row.team = owner, team_on(owner, today)
    touch(row, today)
    if actor is not None and not can(actor, "assign", row):
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give leads to.") % {"name": owner},
            field="owner",
        )
    data = facts(row, old=old.name if old else "", new=owner.name, reason=reason.strip())
    record("customers.lead_assigned", row, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def release_lead(*, actor: User | None, at: datetime, lead: Lead, reason: str) -> Lead:
    """Put a lead back into the pool, with the reason."""
    row = locked(lead, actor, "release")
    must_be_open(row)
    if row.owner is None:
        raise Conflict(_("This lead lies in the pool already."))
    if not reason.strip():
        raise InvalidInput(_("Say why the lead goes back."), field="reason")
    put_back(row, reason.strip(), actor=actor, at=at)
    return row


def return_idle_leads(*, on: date, at: datetime) -> list[tuple[Lead, User]]:
    """Put leads back that nobody has worked on for the handbook's days; the answer says whose they were."""
    limit = rule("customers.lead_return_days", on=on)
    rows = Lead.objects.alive().filter(owner__isnull=False).select_related("owner").order_by("pk")
    gone = []
    for row in rows.select_for_update(of=("self",)):
        if (on - row.touched_date).days >= limit:
            gone.append((row, row.owner))
            put_back(
                row, str(_("nobody worked on it for %(days)s days") % {"days": limit}), actor=None, at=at
            )
    return gone


def put_back(row: Lead, reason: str, *, actor: User | None, at: datetime) -> None:
    old = row.owner
    row.owner = row.team = None
    row.version += 1
    row.save()
    data = facts(row, old=old.name if old else "", reason=reason)
    record("customers.lead_released", row, actor=actor, at=at, data=data)
