"""Leads: taken in, worked on, screened, decided (OPP-01, OPP-02)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import LEAD_MOVES, LeadState
from customers.models import Customer, Lead
from customers.services.lead_rows import (
    LABELS,
    facts,
    known,
    locked,
    must_be_open,
    refuse_duplicates,
    tidy,
    touch,
)
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.numbering.services import next_free_number


@transaction.atomic
def create_lead(
    *,
    actor: User | None,
    at: datetime,
    owner: User | None = None,
    created_date: date | None = None,
    other_company: bool = False,
    **fields: Any,
) -> Lead:
    """Take a lead in; without ``owner`` it lies in the pool of leads. It gets the next XS number.

    Raises ``LikelyDuplicate`` when a customer like it is on file (``other_company`` confirms that it is another
    one), ``Duplicate`` when an open lead has the same name, ``InvalidInput``, ``NotAllowed``.
    """
    known(fields)
    today = timezone.localdate(at)
    day = created_date or today
    if day > today:
        raise InvalidInput(_("A lead cannot come in the future."), field="created_date")
    lead = Lead(
        number=next_free_number("XS", Lead, on=today), owner=owner, team=team_on(owner, today) if owner else None, created_date=day,
        touched_date=day, created_by=actor, **fields,
    )  # fmt: skip
    tidy(lead, today)
    if not other_company:
        refuse_duplicates(lead, actor, today)
    lead.save(force_insert=True)
    if actor is not None and owner is not None and not can(actor, "edit", lead):
        raise NotAllowed(
            _("You may take leads in only for yourself or the people of your team."), field="owner"
        )
    if actor is not None and not can(actor, "add", Lead):
        raise NotAllowed(
            _("You may take leads in only for yourself or the people of your team."), field="owner"
        )
    record("customers.lead_taken_in", lead, actor=actor, at=at, data=facts(lead))
    return lead


@transaction.atomic
def update_lead(
    *,
    actor: User | None,
    at: datetime,
    lead: Lead,
    version: int | None = None,
    other_company: bool = False,
    **changes: Any,
) -> Lead:
    """Change what is known of a lead; the change counts as work on it."""
    known(changes)
    row = locked(lead, actor, "edit", version=version)
    must_be_open(row)
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, changes[name])
    today = timezone.localdate(at)
    tidy(row, today)
    if changed & {"name", "phone"} and not other_company:
        refuse_duplicates(row, actor, today)
    if changed:
        touch(row, today)
        record("customers.lead_changed", row, actor=actor, at=at, data=facts(row, fields=sorted(changed)))
    return row


@transaction.atomic
def contact_lead(*, actor: User | None, at: datetime, lead: Lead, note: str) -> Lead:
    """Write down that somebody of the lead was spoken to; the first time makes it a contacted one."""
    row = locked(lead, actor, "contact")
    must_be_open(row)
    if not note.strip():
        raise InvalidInput(_("Write down what came of it."), field="note")
    today = timezone.localdate(at)
    if row.state == LeadState.NEW:
        LEAD_MOVES.require(row.state, LeadState.CONTACTED, labels=LABELS)
        row.state, row.contacted_date = LeadState.CONTACTED, today
    touch(row, today)
    record("customers.lead_contacted", row, actor=actor, at=at, data=facts(row), comment=note.strip())
    return row


@transaction.atomic
def screen_lead(*, actor: User | None, at: datetime, lead: Lead, score: int, screening: str) -> Lead:
    """Judge need and potential of a lead with a score and a sentence (OPP-02)."""
    row = locked(lead, actor, "screen")
    must_be_open(row)
    if not 0 <= score <= 100:
        raise InvalidInput(_("A score lies between 0 and 100."), field="score")
    if not screening.strip():
        raise InvalidInput(_("Say in a sentence what the screening showed."), field="screening")
    row.score, row.screening = score, screening.strip()
    touch(row, timezone.localdate(at))
    record(
        "customers.lead_screened",
        row,
        actor=actor,
        at=at,
        data=facts(row, score=score, result=row.screening),
    )
    return row


@transaction.atomic
def rule_out_lead(*, actor: User | None, at: datetime, lead: Lead, reason: str) -> Lead:
    """Nothing will come of it, and why."""
    return _decide(lead, LeadState.DISQUALIFIED, reason, actor=actor, at=at)


@transaction.atomic
def mark_duplicate(
    *, actor: User | None, at: datetime, lead: Lead, reason: str, customer: Customer | None = None
) -> Lead:
    """The lead is a customer that is on file already, or another lead; ``reason`` says which."""
    if customer is not None and actor is not None and not can(actor, "view", customer):
        raise NotAllowed(_("You do not see this customer."), field="customer")
    return _decide(lead, LeadState.DUPLICATE, reason, actor=actor, at=at, customer=customer)


@transaction.atomic
def reopen_lead(*, actor: User | None, at: datetime, lead: Lead, reason: str) -> Lead:
    """Take a lead up again that was ruled out."""
    row = locked(lead, actor, "reopen")
    LEAD_MOVES.require(row.state, LeadState.CONTACTED, labels=LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why the lead is taken up again."), field="reason")
    row.state, row.reason, row.closed_date, row.customer = LeadState.CONTACTED, "", None, None
    touch(row, timezone.localdate(at))
    record("customers.lead_reopened", row, actor=actor, at=at, data=facts(row), comment=reason.strip())
    return row


def _decide(
    lead: Lead, state: str, reason: str, *, actor: User | None, at: datetime, customer: Customer | None = None
) -> Lead:
    row = locked(lead, actor, "rule_out")
    LEAD_MOVES.require(row.state, state, labels=LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
    today = timezone.localdate(at)
    row.state, row.reason, row.closed_date, row.customer = state, reason.strip(), today, customer
    touch(row, today)
    record(f"customers.lead_{state}", row, actor=actor, at=at, data=facts(row, reason=reason.strip()))
    return row
