"""Opportunities: opened, changed, given to another person (OPP-03 to OPP-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.errors import must_stand
from customers.models import Customer, Lead, Opportunity
from customers.services.deal_rows import (
    AFTER_CLOSING,
    DealLine,
    check,
    facts,
    known,
    locked,
    must_live,
    odds,
    save,
    set_value,
    write_lines,
    write_move,
)
from customers.services.proofs import written_paper
from salesops.accounts.models import Membership, User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.numbering.services import next_free_number


@transaction.atomic
def create_opportunity(
    *,
    actor: User | None,
    at: datetime,
    title: str,
    customer: Customer,
    owner: User,
    next_step: str,
    next_step_on: date,
    currency: Any = None,
    lines: Iterable[DealLine] = (),
    lead: Lead | None = None,
    **fields: Any,
) -> Opportunity:
    """Open a deal at the first step; it gets the next SJ number.

    Raises ``NotAllowed`` for a customer or owner out of reach, ``InvalidInput``.
    """
    known(fields)
    must_stand(customer)
    if actor is not None and not can(actor, "open_deal", customer):
        raise NotAllowed(
            _("You open opportunities only with your own customers or those of your team."), field="customer"
        )
    today = timezone.localdate(at)
    row = Opportunity(
        code=next_free_number("SJ", Opportunity, on=today, field="code"),
        title=title.strip(),
        customer=customer,
        owner=owner,
        team=team_on(owner, today),
        currency=currency or customer.currency,
        next_step=next_step.strip(),
        next_step_on=next_step_on,
        stage_since=today,
        created_date=today,
        lead=lead,
        created_by=actor,
        **{name: value for name, value in fields.items() if name != "probability"},
    )
    check(row, today)
    row.probability, row.probability_by_hand = odds(row.stage, fields.get("probability"), on=today)
    wanted = list(lines)
    set_value(row, wanted, on=today)
    row.save(force_insert=True)
    write_lines(row, wanted)
    if actor is not None and not can(actor, "edit", row):
        raise NotAllowed(
            _("You may open opportunities only for yourself or the people of your team."), field="owner"
        )
    write_move(row, "", actor=actor, at=at)
    record("customers.deal_opened", row, customer, lead, actor=actor, at=at, data=facts(row))
    return row


@transaction.atomic
def update_opportunity(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    version: int | None = None,
    lines: Sequence[DealLine] | None = None,
    **changes: Any,
) -> Opportunity:
    """Change what is known of a deal; ``lines`` replaces its products. Steps and owner move by their own acts."""
    known(changes)
    row = locked(opportunity, actor, "edit", version=version)
    today = timezone.localdate(at)
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    if not row.is_alive and (lines is not None or changed - AFTER_CLOSING):
        raise Conflict(_("This opportunity is decided; what it was stays written."))
    if (
        "customer" in changed
        and actor is not None
        and not can(actor, "open_deal", changes["customer"] or Customer)
    ):
        raise NotAllowed(
            _("You open opportunities only with your own customers or those of your team."), field="customer"
        )
    if "customer" in changed and row.decision_makers.exists():
        raise InvalidInput(
            _("People of the customer are named in this opportunity."),
            field="customer",
            way_out=_("Take them out of the opportunity first."),
        )
    for name in changed:
        setattr(row, name, changes[name])
    check(row, today, moved="next_step_on" in changed)
    if "probability" in changes:
        row.probability, row.probability_by_hand = odds(row.stage, changes["probability"], on=today)
    if lines is not None:
        row.lines.all().delete()
    if row.is_alive and (lines is not None or changed & {"amount", "currency"}):
        set_value(row, list(lines) if lines is not None else None, on=today)
    save(row)
    if lines is not None:
        write_lines(row, lines)
    if changed or lines is not None:
        names = sorted(changed | ({"lines"} if lines is not None else set()))
        record("customers.deal_changed", row, row.customer, actor=actor, at=at, data=facts(row, fields=names))
    return row


@transaction.atomic
def set_next_step(
    *, actor: User | None, at: datetime, opportunity: Opportunity, next_step: str, next_step_on: date
) -> Opportunity:
    """What is done next, and when: the one thing an open deal never lacks."""
    row = locked(opportunity, actor, "edit")
    must_live(row)
    row.next_step, row.next_step_on = next_step.strip(), next_step_on
    check(row, timezone.localdate(at), moved=True)
    save(row)
    data = facts(row, step=row.next_step, date=next_step_on)
    record("customers.deal_next_step", row, row.customer, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def assign_opportunity(
    *, actor: User | None, at: datetime, opportunity: Opportunity, owner: User, reason: str = ""
) -> Opportunity:
    """Give a deal that is not decided to another person; step, texts and history stay as they are."""
    row = locked(opportunity, actor, "assign")
    must_live(row)
    today = timezone.localdate(at)
    if row.owner_id == owner.pk:
        raise InvalidInput(_("%(name)s has this opportunity already.") % {"name": owner}, field="owner")
    if not owner.is_active or (owner.left_date and owner.left_date < today):
        raise InvalidInput(_("%(name)s is no longer in post.") % {"name": owner}, field="owner")
    old = row.owner
    row.owner, row.team = owner, team_on(owner, today)
    save(row)
    if actor is not None and not can(actor, "assign", row):
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give opportunities to.") % {"name": owner},
            field="owner",
        )
    data = facts(row, old=old.name, new=owner.name, reason=reason.strip())
    record("customers.deal_assigned", row, row.customer, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def note_paper(*, actor: User | None, at: datetime, opportunity: Opportunity, paper: Any) -> Opportunity:
    """A contract or order was written from the deal: the deal leads to it, unless it names another (OPP-07).

    A draft has no number yet, so the record itself is kept.
    """
    row = locked(opportunity, actor, "edit")
    if row.deal_paper or written_paper(row):
        return row
    row.paper_type, row.paper_id = ContentType.objects.get_for_model(paper), paper.pk
    save(row)
    record(
        "customers.deal_paper_written", row, row.customer, paper, actor=actor, at=at,
        data=facts(row, paper=str(paper)),
    )  # fmt: skip
    return row


def settle_deal_teams(*, on: date) -> int:
    """Leads and deals that are not decided belong to the team of their owner on a day; the answer is how many moved.

    What is decided keeps the team of its day. Called when a person moves, and daily for moves written ahead.
    """
    team = Membership.objects.in_force(on).filter(user=OuterRef("owner")).values("team")[:1]
    moved = 0
    for rows in (Opportunity.objects.alive(), Lead.objects.alive().filter(owner__isnull=False)):
        moved += (
            rows.annotate(team_today=Subquery(team))
            .filter(team_today__isnull=False)
            .exclude(team=F("team_today"))
            .update(team=F("team_today"), version=F("version") + 1, updated_at=Now())
        )
    return moved
