"""A deal goes its way: from step to step, aside, won, lost, taken up again (OPP-03, OPP-07, OPP-08)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.blocks import refuse_blocked
from customers.choices import BlockScope
from customers.choices.deals import OPEN_STAGES, STAGE_MOVES, Stage
from customers.events.deals import OpportunityLost, OpportunityWon
from customers.models import Competitor, LossReason, Opportunity
from customers.services.deal_rows import (
    LABELS,
    check,
    close,
    closing_day,
    go,
    locked,
    refuse_lines,
    require_known,
)
from customers.services.negotiation import end_asked
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.core.errors import Conflict, InvalidInput
from salesops.core.events import publish

# From here on the customer has, or is about to get, an offer.
OFFERING = (Stage.PROPOSAL, Stage.NEGOTIATION)


@transaction.atomic
def move_opportunity(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    to: str,
    seen: str = "",
    reason: str = "",
    next_step: str = "",
    next_step_on: date | None = None,
) -> Opportunity:
    """Take a deal to another of the six open steps, forward or back; also from being on hold.

    ``seen`` is the step that the person saw: when somebody has moved the deal meanwhile, ``Conflict`` says who and
    whereto. Forward, everything that the steps on the way demand must be known (``InvalidInput``); back needs a
    reason.
    """
    row = locked(opportunity, actor, "move", seen=seen)
    if to not in OPEN_STAGES:
        raise InvalidInput(_("Choose one of the steps before the decision."), field="to")
    STAGE_MOVES.require(row.stage, to, labels=LABELS)
    today = timezone.localdate(at)
    if row.stage == Stage.LOST:
        raise Conflict(_("This opportunity is lost; a lead or manager may take it up again."))
    before = row.held_from or row.stage
    if OPEN_STAGES.index(Stage(to)) > OPEN_STAGES.index(Stage(before)):
        require_known(row, to, on=today)
        if to in OFFERING and row.customer is not None:
            refuse_blocked(row.customer, BlockScope.QUOTES, on=today)
    elif row.stage != Stage.ON_HOLD and not reason.strip():
        raise InvalidInput(_("Say why the opportunity goes back."), field="reason")
    if next_step.strip():
        row.next_step = next_step.strip()
    if next_step_on is not None:
        row.next_step_on = next_step_on
        check(row, today, moved=True)
    if row.engaged_date is None and to != Stage.RESEARCH:
        row.engaged_date = today
    go(row, to, actor=actor, at=at, on=today, reason=reason)
    return row


@transaction.atomic
def hold_opportunity(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    reason: str,
    next_step: str,
    next_step_on: date,
    seen: str = "",
) -> Opportunity:
    """Put a deal aside until a day, with the reason; it counts neither as open nor as decided."""
    row = locked(opportunity, actor, "hold", seen=seen)
    STAGE_MOVES.require(row.stage, Stage.ON_HOLD, labels=LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why the opportunity rests."), field="reason")
    today = timezone.localdate(at)
    row.held_from, row.next_step, row.next_step_on = row.stage, next_step.strip(), next_step_on
    check(row, today, moved=True)
    go(row, Stage.ON_HOLD, actor=actor, at=at, on=today, reason=reason, keep_hold=True)
    return row


@transaction.atomic
def win_opportunity(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    closed_date: date | None = None,
    deal_paper: str = "",
    amount: Decimal | None = None,
    note: str = "",
    seen: str = "",
) -> Opportunity:
    """The customer has decided for us. Owner, team and rate are those of ``closed_date`` from then on.

    Publishes ``OpportunityWon``. Raises ``InvalidInput`` for what is not known yet, ``Conflict``.
    """
    row = locked(opportunity, actor, "win", seen=seen)
    STAGE_MOVES.require(row.stage, Stage.WON, labels=LABELS)
    day = closing_day(row, closed_date, at)
    if deal_paper.strip():
        row.deal_paper = deal_paper.strip()
    if amount is not None and amount != row.amount:
        refuse_lines(row)
        row.amount = amount
    require_known(row, Stage.WON, on=timezone.localdate(at))
    row.closing_note = note.strip()
    close(row, Stage.WON, day, actor=actor, at=at, reason=note)
    end_asked(row, actor=actor, at=at)
    publish(OpportunityWon(row.pk, row.customer_id, day, at))
    return row


@transaction.atomic
def lose_opportunity(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    loss_reason: LossReason,
    lost_to: Competitor | None = None,
    closed_date: date | None = None,
    note: str = "",
    seen: str = "",
) -> Opportunity:
    """The customer has decided otherwise, and why. Publishes ``OpportunityLost``."""
    row = locked(opportunity, actor, "lose", seen=seen)
    STAGE_MOVES.require(row.stage, Stage.LOST, labels=LABELS)
    day = closing_day(row, closed_date, at)
    row.loss_reason, row.lost_to, row.closing_note = loss_reason, lost_to, note.strip()
    close(row, Stage.LOST, day, actor=actor, at=at, reason=str(loss_reason))
    end_asked(row, actor=actor, at=at)
    publish(OpportunityLost(row.pk, row.customer_id, day, at))
    return row


@transaction.atomic
def reopen_opportunity(
    *,
    actor: User | None,
    at: datetime,
    opportunity: Opportunity,
    reason: str,
    next_step: str,
    next_step_on: date,
    seen: str = "",
) -> Opportunity:
    """Take a lost deal up again where it stood before it was lost; for leads and managers, with a reason."""
    row = locked(opportunity, actor, "reopen", seen=seen)
    last = row.moves.filter(to_stage=Stage.LOST).order_by("-pk").first()
    target = last.from_stage if last and last.from_stage in OPEN_STAGES else Stage.RESEARCH
    STAGE_MOVES.require(row.stage, target, labels=LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why the opportunity is taken up again."), field="reason")
    row.loss_reason = row.lost_to = row.closed_date = None
    row.closing_note = ""
    row.next_step, row.next_step_on = next_step.strip(), next_step_on
    today = timezone.localdate(at)
    check(row, today, moved=True)
    row.team = team_on(row.owner, today)
    go(row, target, actor=actor, at=at, on=today, reason=reason)
    return row
