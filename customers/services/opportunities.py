"""Opportunities: opened, changed, moved from step to step, won and lost (OPP-03 to OPP-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import OPEN_STAGES, STAGE_MOVES, Stage
from customers.events.deals import OpportunityLost, OpportunityMoved, OpportunityWon
from customers.models import Competitor, Customer, Lead, LossReason, Opportunity, OpportunityLine, StageMove
from customers.services.proofs import missing_for
from salesops.accounts.models import Membership, User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.catalog.models import Product
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.money import convert, line_net
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number

LABELS = dict(Stage.choices)
FIELDS = frozenset(
    {
        "title", "customer", "campaign", "source", "product", "amount", "currency", "expected_close", "score",
        "intention", "need_record", "budget", "needed_by", "bottom_line", "offer_ref", "offer_date", "next_step",
        "next_step_on", "remarks", "deal_paper", "probability", "engaged_date",
    }
)  # fmt: skip
AFTER_CLOSING = frozenset({"remarks", "need_record", "deal_paper"})


@dataclass(frozen=True)
class DealLine:
    """A product with what is wanted of it; an ``amount`` of its own wins over quantity × price."""

    product: Product
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None

    @property
    def worth(self) -> Decimal:
        if self.amount is not None:
            return self.amount
        if self.quantity is None or self.price is None:
            return Decimal(0)
        return line_net(self.quantity, self.price)


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
    _known(fields)
    if actor is not None and not can(actor, "edit", customer):
        raise NotAllowed(
            _("You open deals only with your own customers or those of your team."), field="customer"
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
    _check(row, today)
    row.probability, row.probability_by_hand = _odds(row.stage, fields.get("probability"), on=today)
    wanted = list(lines)
    _value(row, wanted, on=today)
    row.save(force_insert=True)
    _write_lines(row, wanted)
    if actor is not None and not can(actor, "edit", row):
        raise NotAllowed(_("You may open deals only for yourself or the people of your team."), field="owner")
    _write_move(row, "", actor=actor, at=at)
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
    _known(changes)
    row = locked(opportunity, actor, "edit", version=version)
    today = timezone.localdate(at)
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    if not row.is_alive and (lines is not None or changed - AFTER_CLOSING):
        raise Conflict(_("This deal is decided; what it was stays written."))
    if (
        "customer" in changed
        and actor is not None
        and not can(actor, "edit", changes["customer"] or Customer)
    ):
        raise NotAllowed(
            _("You open deals only with your own customers or those of your team."), field="customer"
        )
    if "customer" in changed and row.decision_makers.exists():
        raise InvalidInput(
            _("People of the customer are named in this deal."),
            field="customer",
            way_out=_("Take them out of the deal first."),
        )
    for name in changed:
        setattr(row, name, changes[name])
    _check(row, today, moved="next_step_on" in changed)
    if "probability" in changes:
        row.probability, row.probability_by_hand = _odds(row.stage, changes["probability"], on=today)
    if lines is not None:
        row.lines.all().delete()
    if row.is_alive and (lines is not None or changed & {"amount", "currency"}):
        _value(row, list(lines) if lines is not None else None, on=today)
    _save(row)
    if lines is not None:
        _write_lines(row, lines)
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
    _must_live(row)
    row.next_step, row.next_step_on = next_step.strip(), next_step_on
    _check(row, timezone.localdate(at), moved=True)
    _save(row)
    data = facts(row, step=row.next_step, date=next_step_on)
    record("customers.deal_next_step", row, row.customer, actor=actor, at=at, data=data)
    return row


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
        raise Conflict(_("This deal is lost; a lead or manager may take it up again."))
    before = row.held_from or row.stage
    if OPEN_STAGES.index(Stage(to)) > OPEN_STAGES.index(Stage(before)):
        require_known(row, to, on=today)
    elif row.stage != Stage.ON_HOLD and not reason.strip():
        raise InvalidInput(_("Say why the deal goes back."), field="reason")
    if next_step.strip():
        row.next_step = next_step.strip()
    if next_step_on is not None:
        row.next_step_on = next_step_on
        _check(row, today, moved=True)
    if row.engaged_date is None and to != Stage.RESEARCH:
        row.engaged_date = today
    _go(row, to, actor=actor, at=at, on=today, reason=reason)
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
        raise InvalidInput(_("Say why the deal rests."), field="reason")
    today = timezone.localdate(at)
    row.held_from, row.next_step, row.next_step_on = row.stage, next_step.strip(), next_step_on
    _check(row, today, moved=True)
    _go(row, Stage.ON_HOLD, actor=actor, at=at, on=today, reason=reason, keep_hold=True)
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
    day = _closing_day(row, closed_date, at)
    if deal_paper.strip():
        row.deal_paper = deal_paper.strip()
    if amount is not None and amount != row.amount:
        _no_lines(row)
        row.amount = amount
    require_known(row, Stage.WON, on=timezone.localdate(at))
    row.closing_note = note.strip()
    _close(row, Stage.WON, day, actor=actor, at=at, reason=note)
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
    day = _closing_day(row, closed_date, at)
    row.loss_reason, row.lost_to, row.closing_note = loss_reason, lost_to, note.strip()
    _close(row, Stage.LOST, day, actor=actor, at=at, reason=str(loss_reason))
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
        raise InvalidInput(_("Say why the deal is taken up again."), field="reason")
    row.loss_reason = row.lost_to = row.closed_date = None
    row.closing_note = ""
    row.next_step, row.next_step_on = next_step.strip(), next_step_on
    today = timezone.localdate(at)
    _check(row, today, moved=True)
    row.team = team_on(row.owner, today)
    _go(row, target, actor=actor, at=at, on=today, reason=reason)
    return row


@transaction.atomic
def assign_opportunity(
    *, actor: User | None, at: datetime, opportunity: Opportunity, owner: User, reason: str = ""
) -> Opportunity:
    """Give a deal that is not decided to another person; step, texts and history stay as they are."""
    row = locked(opportunity, actor, "assign")
    _must_live(row)
    today = timezone.localdate(at)
    if row.owner_id == owner.pk:
        raise InvalidInput(_("%(name)s has this deal already.") % {"name": owner}, field="owner")
    if not owner.is_active or (owner.left_date and owner.left_date < today):
        raise InvalidInput(_("%(name)s is no longer in post.") % {"name": owner}, field="owner")
    old = row.owner
    row.owner, row.team = owner, team_on(owner, today)
    _save(row)
    if actor is not None and not can(actor, "assign", row):
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give deals to.") % {"name": owner},
            field="owner",
        )
    data = facts(row, old=old.name, new=owner.name, reason=reason.strip())
    record("customers.deal_assigned", row, row.customer, actor=actor, at=at, data=data)
    return row


# --- what the acts share ------------------------------------------------------------------------------


def locked(
    opportunity: Opportunity, actor: User | None, verb: str, *, version: int | None = None, seen: str = ""
) -> Opportunity:
    """The row under lock, the right asked again on it, and what the person saw compared with what is.

    Related rows are read afterwards: joined to a row that somebody changes meanwhile they would be those of before.
    """
    row = lock_row(Opportunity.objects, opportunity.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(_("Only who makes the deal, or the team above, may change it."))
    if seen and row.stage != seen:
        last = row.moves.select_related("actor").order_by("-pk").first()
        raise Conflict(
            _("%(name)s has moved this deal to “%(stage)s” meanwhile.")
            % {"name": last.actor if last and last.actor else _("Somebody"), "stage": LABELS[row.stage]},
            way_out=_("Reload the page to see what happened to it meanwhile."),
        )
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this deal meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def require_known(row: Opportunity, target: str, *, on: date) -> None:
    """Raise ``InvalidInput`` naming what is still missing before ``target``, with the clause."""
    missing = missing_for(row, target, on=on)
    if missing:
        raise InvalidInput(
            _("Before “%(stage)s” this must be known: %(missing)s.")
            % {"stage": LABELS[target], "missing": ", ".join(str(m.label) for m in missing)},
            clause=missing[0].clause,
            way_out=_("Add it on the page of the deal, then move it on."),
        )


def facts(row: Opportunity, **more: Any) -> dict[str, Any]:
    return {"deal": row.code, "title": row.title} | more


def _go(
    row: Opportunity,
    to: str,
    *,
    actor: User | None,
    at: datetime,
    on: date,
    reason: str = "",
    keep_hold: bool = False,
) -> None:
    before = row.stage
    days = max((on - row.stage_since).days, 0)
    row.stage, row.stage_since = to, on
    if not keep_hold:
        row.held_from = ""
    if to in OPEN_STAGES and not row.probability_by_hand:
        row.probability, _by_hand = _odds(to, None, on=on)
    _save(row)
    _write_move(row, before, actor=actor, at=at, days=days, reason=reason, on=on)
    data = facts(row, from_stage=str(before), to_stage=str(to), reason=reason.strip())
    record("customers.deal_moved", row, row.customer, actor=actor, at=at, data=data)
    publish(OpportunityMoved(row.pk, before, to, at))


def _close(row: Opportunity, to: str, day: date, *, actor: User | None, at: datetime, reason: str) -> None:
    row.closed_date = day
    row.team = team_on(row.owner, day)
    row.probability, row.probability_by_hand = Decimal(1 if to == Stage.WON else 0), False
    _value(row, None, on=day)
    for line in row.lines.all():
        OpportunityLine.objects.filter(pk=line.pk).update(base_amount=convert(line.amount, row.base_rate))
    _go(row, to, actor=actor, at=at, on=day, reason=reason)


def _closing_day(row: Opportunity, day: date | None, at: datetime) -> date:
    today = timezone.localdate(at)
    chosen = day or today
    if chosen > today:
        raise InvalidInput(_("A decision of the future is not known yet."), field="closed_date")
    if chosen < row.created_date:
        raise InvalidInput(
            _("The deal was opened only on %(date)s.") % {"date": row.created_date}, field="closed_date"
        )
    return chosen


def _value(row: Opportunity, lines: Sequence[DealLine] | None, *, on: date) -> None:
    """Amount from the lines, where there are any, and what it is in base currency on a day."""
    row.base_rate = rate_to_base(row.currency_id, on=on)
    amounts = [line.worth for line in lines] if lines else []
    if lines is None and row.pk:
        amounts = list(row.lines.values_list("amount", flat=True))
    if amounts:
        row.amount = sum(amounts, Decimal(0))
        row.base_amount = sum((convert(amount, row.base_rate) for amount in amounts), Decimal(0))
    else:
        row.base_amount = convert(row.amount or Decimal(0), row.base_rate)
    if lines:
        row.product = max(lines, key=lambda line: line.worth).product


def _write_lines(row: Opportunity, lines: Sequence[DealLine]) -> None:
    OpportunityLine.objects.bulk_create(
        OpportunityLine(
            opportunity=row, position=place, product=line.product, quantity=line.quantity, price=line.price,
            amount=line.worth, base_amount=convert(line.worth, row.base_rate),
        )
        for place, line in enumerate(lines, 1)
    )  # fmt: skip


def _no_lines(row: Opportunity) -> None:
    if row.lines.exists():
        raise InvalidInput(
            _("The amount of this deal is the sum of its products."),
            field="amount",
            way_out=_("Change the products first."),
        )


def _write_move(
    row: Opportunity,
    before: str,
    *,
    actor: User | None,
    at: datetime,
    days: int = 0,
    reason: str = "",
    on: date | None = None,
) -> None:
    StageMove.objects.create(
        opportunity=row, from_stage=before, to_stage=row.stage, date=on or timezone.localdate(at), at=at, days=days,
        actor=actor, owner=row.owner, team=row.team, base_amount=row.base_amount, reason=reason.strip()[:500],
    )  # fmt: skip


def _odds(stage: str, given: Decimal | None, *, on: date) -> tuple[Decimal, bool]:
    """The probability in force and whether a person set it."""
    if given is not None:
        if not 0 <= given <= 1:
            raise InvalidInput(_("A probability lies between 0 and 100 %."), field="probability")
        return given, True
    if stage not in OPEN_STAGES:
        return Decimal(0), False
    odds = rule("customers.deal_odds", on=on)
    return Decimal(odds[OPEN_STAGES.index(Stage(stage))]) / 100, False


def _check(row: Opportunity, today: date, *, moved: bool = True) -> None:
    if not row.title:
        raise InvalidInput(_("Say what the deal is about."), field="title")
    if row.amount is not None and row.amount < 0:
        raise InvalidInput(_("An amount is zero or more."), field="amount")
    if row.is_alive:
        if not row.next_step:
            raise InvalidInput(_("Say what is done next; a deal always has a next step."), field="next_step")
        if row.next_step_on is None:
            raise InvalidInput(_("Say when the next step is."), field="next_step_on")
        if moved and row.next_step_on < today:
            raise InvalidInput(_("The next step lies today or later."), field="next_step_on")
    for name in ("expected_close", "next_step_on", "needed_by"):
        day = getattr(row, name)
        if day is not None and day.year > today.year + 20:
            raise InvalidInput(_("This day is too far away to be true."), field=name)
    if row.offer_date is not None and row.offer_date > today:
        raise InvalidInput(_("An offer that was sent was not sent in the future."), field="offer_date")


def _must_live(row: Opportunity) -> None:
    if not row.is_alive:
        raise Conflict(_("This deal is decided; what it was stays written."))


def _save(row: Opportunity) -> None:
    row.version += 1
    row.save()


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not fields of a deal: {sorted(unknown)}")


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
