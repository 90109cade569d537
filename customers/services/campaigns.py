"""Campaigns and exhibitions: planned, signed, carried out, evaluated (MKT-07, MKT-08, MKT-10, MKT-12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.market import (
    CAMPAIGN_MOVES,
    CampaignKind,
    CampaignState,
)
from customers.models import (
    Campaign,
    CampaignCost,
    CampaignFeedback,
    CampaignGuest,
    CampaignMaterial,
    Customer,
)
from customers.services.market_rows import locked, save
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.formats import base_money, choice
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.services import end_requests
from salesops.audit.services import record
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.money import convert
from salesops.core.policies import can
from salesops.numbering.services import next_number

KEY = "customers.campaign"


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
        row = locked(campaign, actor, "edit", version)
        if row.state != CampaignState.PLANNED:
            raise Conflict(_("This plan is approved; what was approved stays."))
    for name, value in fields.items():
        setattr(row, name, value)
    if row.end < row.start:
        raise InvalidInput(_("It ends before it begins."), field="end")
    if row.budget < 0:
        raise InvalidInput(_("An amount is zero or more."), field="budget")
    save(row)
    if staff is not None:
        row.staff.set(staff)
    verb = "customers.campaign_changed" if campaign else "customers.campaign_planned"
    record(verb, row, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def start_campaign(*, actor: User, at: datetime, campaign: Campaign, reason: str = "") -> Campaign:
    """The approved plan is carried out from now on; before its first day with a reason."""
    row = locked(campaign, actor, "start")
    if row.state == CampaignState.APPROVED and timezone.localdate(at) < row.start and not reason.strip():
        raise InvalidInput(
            _("The first day of this campaign is %(day)s.") % {"day": _day(row.start)},
            field="reason",
            way_out=_("Wait for that day, or say why it begins before."),
            earliest=row.start,
        )
    return _step(row, CampaignState.RUNNING, "start", actor=actor, at=at, row=row, comment=reason)


@transaction.atomic
def evaluate_campaign(
    *,
    actor: User,
    at: datetime,
    campaign: Campaign,
    invited: int,
    attended: int,
    effect: str,
    adjustment: str = "",
    report: str = "",
) -> Campaign:
    """Write down who came, what came of it and what is done differently (MKT-10); an exhibition also needs its report.

    Raises ``Conflict`` before the last day of the campaign.
    """
    row = locked(campaign, actor, "evaluate")
    if timezone.localdate(at) < row.end:
        raise Conflict(
            _("This campaign lasts until %(day)s; what came of it is judged then.") % {"day": _day(row.end)},
            way_out=_("Wait for its last day; until then write down what is adjusted."),
            earliest=row.end,
        )
    if attended > invited and row.kind != CampaignKind.EXHIBITION:
        raise InvalidInput(_("More came than were invited; count the invited again."), field="attended")
    if not effect.strip():
        raise InvalidInput(_("Say what came of it."), field="effect")
    if row.kind == CampaignKind.EXHIBITION and not report.strip():
        raise InvalidInput(_("An exhibition ends with its report."), field="report")
    if not (adjustment.strip() or row.adjustment):
        raise InvalidInput(
            _("Say what is done differently next time, or that nothing is."), field="adjustment"
        )
    row.invited, row.attended, row.effect, row.report = invited, attended, effect.strip(), report.strip()
    row.adjustment = "\n".join(filter(None, (row.adjustment, adjustment.strip())))
    return _step(row, CampaignState.EVALUATED, "evaluate", actor=actor, at=at, row=row)


@transaction.atomic
def close_campaign(*, actor: User, at: datetime, campaign: Campaign) -> Campaign:
    return _step(campaign, CampaignState.CLOSED, "close", actor=actor, at=at)


@transaction.atomic
def cancel_campaign(*, actor: User, at: datetime, campaign: Campaign, reason: str) -> Campaign:
    """Call it off, with the reason; a request that waits ends."""
    row = locked(campaign, actor, "cancel")
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
    row = locked(campaign, actor, "cost")
    _must_go_on(row)
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
    _must_go_on(row)
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


@transaction.atomic
def set_material(
    *,
    actor: User,
    at: datetime,
    campaign: Campaign,
    name: str,
    quantity: int,
    ready: bool = False,
    note: str = "",
) -> CampaignMaterial:
    """What the campaign needs on the spot, and whether it is there (MKT-09); the same name again corrects it."""
    row = locked(campaign, actor, "cost")
    _must_go_on(row)
    if not name.strip() or quantity < 1:
        raise InvalidInput(
            _("Name the material and how many."), field="name" if not name.strip() else "quantity"
        )
    values = {"quantity": quantity, "ready": ready, "note": note.strip()}
    made, _new = CampaignMaterial.objects.update_or_create(campaign=row, name=name.strip(), defaults=values)
    data = _facts(row, material=made.name, quantity=quantity)
    record("customers.campaign_material", row, actor=actor, at=at, data=data)
    return made


@transaction.atomic
def hear_feedback(
    *,
    actor: User,
    at: datetime,
    campaign: Campaign,
    words: str,
    mark: int | None = None,
    customer: Customer | None = None,
) -> CampaignFeedback:
    """What somebody says of the campaign, heard by whoever sells (MKT-10), from its beginning until it is closed."""
    if not can(actor, "invite", campaign):
        raise NotAllowed(_("Only people of the sales line write down what is said of this campaign."))
    row = lock_row(Campaign.objects, campaign.pk)
    _must_go_on(row)
    if row.state not in (CampaignState.RUNNING, CampaignState.EVALUATED):
        raise Conflict(_("This campaign has not begun yet."))
    if customer is not None and not can(actor, "view", customer):
        raise NotAllowed(_("You do not see this record."), field="customer")
    if not words.strip():
        raise InvalidInput(_("Write down what was said."), field="words")
    if mark is not None and not 1 <= mark <= 5:
        raise InvalidInput(_("A mark lies between 1 and 5."), field="mark")
    heard = CampaignFeedback.objects.create(
        campaign=row,
        customer=customer,
        words=words.strip(),
        mark=mark,
        day=timezone.localdate(at),
        owner=actor,
    )
    record("customers.campaign_feedback", row, actor=actor, at=at, data=_facts(row))
    return heard


@transaction.atomic
def adjust_campaign(*, actor: User, at: datetime, campaign: Campaign, adjustment: str) -> Campaign:
    """While it runs: what is done differently from today on, with its day."""
    row = locked(campaign, actor, "evaluate")
    if row.state != CampaignState.RUNNING:
        raise Conflict(_("Only a campaign that runs is adjusted."))
    if not adjustment.strip():
        raise InvalidInput(_("Say what is done differently."), field="adjustment")
    line = f"{timezone.localdate(at):%Y-%m-%d}: {adjustment.strip()}"
    row.adjustment = "\n".join(filter(None, (row.adjustment, line)))
    save(row)
    data, words = _facts(row), adjustment.strip()
    record("customers.campaign_adjusted", row, actor=actor, at=at, data=data, comment=words)
    return row


def _must_go_on(row: Campaign) -> None:
    """What a campaign cost and whom it brought is judged when it is closed; from then on it stays so."""
    if row.state in (CampaignState.CLOSED, CampaignState.CANCELLED):
        raise Conflict(
            _("This campaign is “%(state)s”; what it was stays written.")
            % {"state": row.get_state_display()},
            way_out=_("Write it down with the campaign that goes on."),
        )


def _step(
    campaign: Campaign,
    to: str,
    verb: str,
    *,
    actor: Any,
    at: datetime,
    row: Campaign | None = None,
    comment: str = "",
) -> Campaign:
    row = row or locked(campaign, actor, verb)
    CAMPAIGN_MOVES.require(row.state, to, labels=dict(CampaignState.choices))
    row.state = to
    save(row)
    record(f"customers.campaign_{to}", row, actor=actor, at=at, data=_facts(row), comment=comment.strip())
    return row


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


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
                "theme": pgettext_lazy("campaign", "theme"), "kind": _("kind"), "from": _("from"), "to": _("to (last day)"),
                "place": _("place"), "budget": _("budget"), "amount": _("amount in base currency"),
            },
            formats={"amount": base_money, "kind": choice(CampaignKind.choices)},
            brief=("budget", "from", "to"),
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


def _facts(campaign: Campaign, **more: Any) -> dict[str, Any]:
    return {"campaign": campaign.number, "theme": campaign.theme} | more
