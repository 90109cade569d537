"""Market information: competitors, observations, the week's collection, campaigns, product demands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.market import (
    CAMPAIGN_MOVES,
    DEMAND_MOVES,
    CampaignKind,
    CampaignState,
    DemandState,
    WeekState,
)
from customers.events.deals import DemandAnswered
from customers.models import (
    Campaign,
    CampaignCost,
    CampaignGuest,
    Competitor,
    Customer,
    MarketWeek,
    Observation,
    ProductDemand,
)
from customers.permissions.market import teams_in_reach
from salesops.accounts.models import Team, User
from salesops.accounts.selectors import team_on
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.services import end_requests
from salesops.audit.services import record
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.models import Record
from salesops.core.money import convert
from salesops.core.policies import can
from salesops.notifications.services import notify
from salesops.numbering.services import next_number

KEY = "customers.campaign"
M = TypeVar("M", bound=Record)


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
    row = Competitor(created_by=actor) if competitor is None else _locked(competitor, actor, "edit", version)
    if competitor is None and actor is not None and not can(actor, "add", Competitor):
        raise NotAllowed(_("Your role keeps no files of competitors."))
    for name, value in fields.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.name:
        raise InvalidInput(_("Enter the name of the competitor."), field="name")
    if Competitor.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise Duplicate(_("This competitor is on file already."), field="name", existing=row.name)
    _save(row)
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
    row = _locked(observation, actor, "edit", version)
    for name, value in changes.items():
        setattr(row, name, value)
    _check_observation(row, actor, at)
    _save(row)
    _tell(row, "customers.observation_changed", actor, at)
    return row


@transaction.atomic
def open_week(*, actor: User, at: datetime, team: Team, day: date) -> MarketWeek:
    """The collection of the week of ``day`` for a team; there is one, whoever opens it first."""
    monday = day - timedelta(days=day.weekday())
    if monday > timezone.localdate(at):
        raise InvalidInput(_("This week is still to come."), field="day")
    if not can(actor, "add", MarketWeek) or team.pk not in teams_in_reach(actor, on=timezone.localdate(at)):
        raise NotAllowed(_("You collect only for your own team or those below it."), field="team")
    row, new = MarketWeek.objects.get_or_create(
        team=team, week_start=monday, defaults={"owner": actor, "created_by": actor}
    )
    if new:
        record("customers.market_week_opened", row, actor=actor, at=at, data={"week": str(row)})
    return row


@transaction.atomic
def write_week(
    *, actor: User, at: datetime, week: MarketWeek, summary: str, actions: str, version: int | None = None
) -> MarketWeek:
    """Write what the week shows and what should follow."""
    row = _locked(week, actor, "edit", version)
    if row.state == WeekState.SUBMITTED:
        raise Conflict(_("This week is handed in; it stays as it is."))
    row.summary, row.actions = summary.strip(), actions.strip()
    _save(row)
    return row


@transaction.atomic
def submit_week(*, actor: User, at: datetime, week: MarketWeek) -> MarketWeek:
    """Hand the week in; the head of the unit above is told."""
    row = _locked(week, actor, "submit")
    if row.state == WeekState.SUBMITTED:
        raise Conflict(_("This week is handed in already."))
    if not row.summary:
        raise InvalidInput(_("Write what the week shows first."), field="summary")
    row.state, row.submitted_at = WeekState.SUBMITTED, at
    _save(row)
    record("customers.market_week_submitted", row, actor=actor, at=at, data={"week": str(row)})
    told = row.team.parent.head if row.team.parent_id else None
    if told is not None and told.pk != actor.pk:
        data = {"week": str(row), "author": actor.name}
        notify(told, "customers.market_week", f"market_week:{row.pk}", data, row.get_absolute_url(), at=at)
    return row


# --- campaigns and exhibitions ------------------------------------------------------------------------


@transaction.atomic
def save_campaign(
    *,
    actor: User,
    at: datetime,
    campaign: Campaign | None = None,
    version: int | None = None,
    staff: Iterable[User] | None = None,
    **fields: Any,
) -> Campaign:
    """Plan a campaign or exhibition, or change a plan that nobody has signed yet; it gets a YX number."""
    today = timezone.localdate(at)
    if campaign is None:
        if not can(actor, "add", Campaign):
            raise NotAllowed(_("Campaigns are planned by leads and managers."))
        row = Campaign(
            created_by=actor, owner=actor, team=team_on(actor, today), number=next_number("YX", on=today)
        )
    else:
        row = _locked(campaign, actor, "edit", version)
        if row.state != CampaignState.PLANNED:
            raise Conflict(_("This plan is approved; what was approved stays."))
    for name, value in fields.items():
        setattr(row, name, value)
    if row.end < row.start:
        raise InvalidInput(_("It ends before it begins."), field="end")
    if row.budget < 0:
        raise InvalidInput(_("An amount is zero or more."), field="budget")
    _save(row)
    if staff is not None:
        row.staff.set(staff)
    verb = "customers.campaign_changed" if campaign else "customers.campaign_planned"
    record(verb, row, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def start_campaign(*, actor: User, at: datetime, campaign: Campaign) -> Campaign:
    """The approved plan is carried out from now on."""
    return _step(campaign, CampaignState.RUNNING, "start", actor=actor, at=at)


@transaction.atomic
def evaluate_campaign(
    *,
    actor: User,
    at: datetime,
    campaign: Campaign,
    invited: int,
    attended: int,
    effect: str,
    report: str = "",
) -> Campaign:
    """Write down who came and what came of it (MKT-10); an exhibition also needs its report."""
    row = _locked(campaign, actor, "evaluate")
    if attended > invited and row.kind != CampaignKind.EXHIBITION:
        raise InvalidInput(_("More came than were invited; count the invited again."), field="attended")
    if not effect.strip():
        raise InvalidInput(_("Say what came of it."), field="effect")
    if row.kind == CampaignKind.EXHIBITION and not report.strip():
        raise InvalidInput(_("An exhibition ends with its report."), field="report")
    row.invited, row.attended, row.effect, row.report = invited, attended, effect.strip(), report.strip()
    return _step(row, CampaignState.EVALUATED, "evaluate", actor=actor, at=at, row=row)


@transaction.atomic
def close_campaign(*, actor: User, at: datetime, campaign: Campaign) -> Campaign:
    return _step(campaign, CampaignState.CLOSED, "close", actor=actor, at=at)


@transaction.atomic
def cancel_campaign(*, actor: User, at: datetime, campaign: Campaign, reason: str) -> Campaign:
    """Call it off, with the reason; a request that waits ends."""
    row = _locked(campaign, actor, "cancel")
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
    row.reason = reason.strip()
    _step(row, CampaignState.CANCELLED, "cancel", actor=actor, at=at, row=row)
    end_requests(row, why=row.reason, actor=actor, at=at, also_returned=True)
    return row


@transaction.atomic
def add_cost(
    *,
    actor: User,
    at: datetime,
    campaign: Campaign,
    item: str,
    planned: Decimal,
    actual: Decimal,
    note: str = "",
) -> CampaignCost:
    """One item of what it costs, planned and spent."""
    row = _locked(campaign, actor, "cost")
    if planned < 0 or actual < 0:
        raise InvalidInput(_("An amount is zero or more."), field="planned" if planned < 0 else "actual")
    cost = CampaignCost.objects.create(
        campaign=row, item=item, planned=planned, actual=actual, note=note.strip()
    )
    data = _facts(row, item=item, planned=str(planned), actual=str(actual))
    record("customers.campaign_cost", row, actor=actor, at=at, data=data)
    return cost


@transaction.atomic
def invite_guest(
    *, actor: User, at: datetime, campaign: Campaign, customer: Customer, came: bool = False, note: str = ""
) -> CampaignGuest:
    """Put a customer on the list of guests, or say whether somebody came."""
    if not can(actor, "invite", campaign):
        raise NotAllowed(_("Only people of the sales line invite to this campaign."))
    if not can(actor, "edit", customer):
        raise NotAllowed(_("You invite only your own customers or those of your team."), field="customer")
    row = lock_row(Campaign.objects, campaign.pk)
    guest, _new = CampaignGuest.objects.update_or_create(
        campaign=row, customer=customer, defaults={"came": came, "note": note.strip()}
    )
    record(
        "customers.campaign_guest",
        row,
        customer,
        actor=actor,
        at=at,
        data=_facts(row, customer=str(customer)),
    )
    return guest


def _step(
    campaign: Campaign, to: str, verb: str, *, actor: Any, at: datetime, row: Campaign | None = None
) -> Campaign:
    row = row or _locked(campaign, actor, verb)
    CAMPAIGN_MOVES.require(row.state, to, labels=dict(CampaignState.choices))
    row.state = to
    _save(row)
    record(f"customers.campaign_{to}", row, actor=actor, at=at, data=_facts(row))
    return row


def _approved(campaign: Campaign, *, request: Any, actor: Any, at: datetime) -> None:
    _step(campaign, CampaignState.APPROVED, "", actor=actor, at=at, row=campaign)


def _plan_facts(campaign: Campaign, payload: Mapping[str, Any]) -> dict[str, Any]:
    rate = rate_to_base(campaign.currency_id, on=campaign.start)
    return {
        "theme": campaign.theme,
        "kind": str(campaign.kind),
        "from": campaign.start,
        "to": campaign.end,
        "place": campaign.place,
        "budget": f"{campaign.budget} {campaign.currency_id}",
        "amount": convert(campaign.budget, rate),
    }


def register_kind() -> None:
    """Called when the app is ready."""
    register(
        DocumentType(
            KEY,
            "customers.Campaign",
            _("Plan of a campaign"),
            facts=_plan_facts,
            labels={
                "theme": _("theme"), "kind": _("kind"), "from": _("from"), "to": _("to (last day)"),
                "place": _("place"), "budget": _("budget"), "amount": _("amount in base currency"),
            },
            may_request="ask",
            own_people=lambda campaign: (campaign.owner_id,),
            applicant=lambda campaign: campaign.owner,
            team=lambda campaign: campaign.team,
            on_approved=_approved,
            not_ready=lambda campaign: (
                "" if campaign.state == CampaignState.PLANNED else str(_("This plan is decided already."))
            ),
        )
    )  # fmt: skip


# --- product demands ----------------------------------------------------------------------------------


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
    row = _locked(demand, actor, "edit", version)
    if row.state not in (DemandState.NEW, DemandState.IN_REVIEW):
        raise Conflict(_("This demand is decided; what was asked stays."))
    for name, value in changes.items():
        setattr(row, name, value)
    _check_demand(row, actor)
    _save(row)
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
    row = _locked(demand, actor, "decide")
    DEMAND_MOVES.require(row.state, to, labels=dict(DemandState.choices))
    if to != DemandState.IN_REVIEW and not answer.strip():
        raise InvalidInput(_("Write the answer to who asked."), field="answer")
    row.state, row.planned_for = to, planned_for or row.planned_for
    row.urgency = urgency or row.urgency
    if answer.strip():
        row.answer, row.answered_at, row.answered_by = answer.strip(), at, actor
    _save(row)
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


# --- shared -------------------------------------------------------------------------------------------


def _locked(obj: M, actor: User | None, verb: str, version: int | None = None) -> M:
    row = lock_row(type(obj)._default_manager, obj.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(_("Only who wrote it, or the team above, may change it."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def _save(row: Record) -> None:
    if row.pk:
        row.version += 1
    row.save()


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
    _only_seen(row, actor)
    row.team = team_on(row.owner, row.seen_on)


def _check_demand(row: ProductDemand, actor: User) -> None:
    row.title, row.need = row.title.strip(), row.need.strip()
    if not row.title:
        raise InvalidInput(_("Say in one line what is needed."), field="title")
    if not row.need:
        raise InvalidInput(_("Say what is needed, and why."), field="need")
    _only_seen(row, actor)


def _only_seen(row: Observation | ProductDemand, actor: User) -> None:
    """What is named must be the person's to see: else naming it would be a way to look."""
    for name in ("customer", "opportunity"):
        named = getattr(row, name)
        if named is not None and not can(actor, "view", named):
            raise NotAllowed(_("You do not see this record."), field=name)


def _facts(campaign: Campaign, **more: Any) -> dict[str, Any]:
    return {"campaign": campaign.number, "theme": campaign.theme} | more
