"""What a reception asks of others: asked, moved and taken back with it; its budget is approved first (FTR-08 to FTR-10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import ReceptionLevel, ReceptionState
from customers.errors import ReceptionRefused
from customers.models import Reception, ReceptionItem, ReceptionStop
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.formats import base_money, choice
from salesops.approvals.registry import DocumentType, document_types, register
from salesops.approvals.routing import hash_of, look_at
from salesops.approvals.seeds import route, step, when
from salesops.approvals.selectors import approved_request, open_request
from salesops.core.errors import ReleaseOffer
from salesops.handbook.selectors import rule
from salesops.work.services import (
    ask_department,
    create_task,
    end_request_along,
    end_task_along,
    move_request_along,
    move_task_along,
)

KEY = "customers.reception"
# What is due before now is asked for within this time.
AT_ONCE = timedelta(hours=1)
# A stop of the itinerary is agreed so long before it begins.
AGREED_BEFORE = timedelta(hours=24)
Thing = ReceptionItem | ReceptionStop


def words_for_units(row: Reception) -> str:
    """What a unit needs to know; it does not see the record itself."""
    arrival = timezone.localtime(row.arrival)
    parts = (row.customer.name, f"{arrival:%Y-%m-%d %H:%M}", row.purpose, row.guests, row.flight, row.hotel)
    return "\n".join(part for part in parts if part)


def due_of(thing: Thing, *, at: datetime) -> datetime:
    """Until when it is to be answered; never sooner than in an hour."""
    due = thing.due_at if isinstance(thing, ReceptionItem) else thing.starts_at - AGREED_BEFORE
    return max(due, at + AT_ONCE)


def title_of(thing: Thing) -> str:
    if isinstance(thing, ReceptionItem):
        return gettext(thing.text)[:200]
    begins = timezone.localtime(thing.starts_at)
    words = gettext("Agree: %(what)s, %(when)s") % {"what": thing.text, "when": f"{begins:%Y-%m-%d %H:%M}"}
    return words[:200]


def ask_for(row: Reception, thing: Thing, *, actor: User, at: datetime) -> None:
    """Ask the unit of a point or stop; a point of one's own unit is a task of the host. Once."""
    if thing.request_id or getattr(thing, "task_id", None):
        return
    own = team_on(actor, timezone.localdate(at))
    due, title, words = due_of(thing, at=at), title_of(thing), words_for_units(row)
    if thing.unit is not None and (own is None or thing.unit_id != own.pk):
        thing.request = ask_department(
            actor=actor, at=at, to_team=thing.unit, title=title, due_at=due, ask=words, subject=row
        )
        thing.save(update_fields=["request"])
    elif isinstance(thing, ReceptionItem):
        thing.task = create_task(
            actor=actor, at=at, title=title, owner=row.owner, due_at=due, requirement=words, subject=row
        )
        thing.save(update_fields=["task"])


def take_back(thing: Thing, *, actor: User, at: datetime, reason: str) -> bool:
    """Nobody needs it any more: an open request is withdrawn, an undone task called off. Was there one?"""
    if thing.request is not None:
        return end_request_along(actor=actor, at=at, request=thing.request, reason=reason)
    task = getattr(thing, "task", None)
    return task is not None and end_task_along(actor=actor, at=at, task=task, reason=reason)


def move_along(row: Reception, thing: Thing, *, actor: User, at: datetime) -> bool:
    """What is open is due at its new time, with what is known now. Was there anything?"""
    due, words = due_of(thing, at=at), words_for_units(row)
    if thing.request is not None:
        return move_request_along(actor=actor, at=at, request=thing.request, due_at=due, ask=words)
    task = getattr(thing, "task", None)
    return task is not None and move_task_along(actor=actor, at=at, task=task, due_at=due, requirement=words)


def things_of(row: Reception) -> list[Thing]:
    """Points that are not done and all stops, with what was asked for them."""
    points = row.items.filter(done_at__isnull=True).select_related("unit", "request", "task")
    return [
        *points.order_by("position"),
        *row.stops.select_related("unit", "request").order_by("starts_at", "pk"),
    ]


# --- budget -------------------------------------------------------------------------------------------


def require_budget(row: Reception, *, at: datetime) -> None:
    """Raise ``ReceptionRefused`` with figures and the request that helps, unless the budget is within the rule or approved."""
    matter = look_at(document_types[KEY], row, at=at)
    if row.budget is None or matter.route is None:
        return
    given = approved_request(row, KEY, on=matter.on)
    if given is not None and given.facts_hash == hash_of(matter.facts):
        return
    waiting = open_request(row, KEY) is not None
    raise ReceptionRefused(
        _("The budget of this reception waits for approval.")
        if waiting
        else _("The budget of this reception needs approval before the units are asked."),
        clause="customers.reception_budget",
        way_out=_("Or lower the budget."),
        release=ReleaseOffer(KEY, row),
        amount=row.budget,
        limit=rule("customers.reception_budget", on=matter.on),
    )


def _facts(row: Reception, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "customer": str(row.customer),
        "reception": row.number,
        "level": row.level,
        "purpose": row.purpose,
        "budget": row.budget if row.budget is not None else 0,
        "currency": settings.BASE_CURRENCY,
    }


LABELS = {
    "customer": _("customer"),
    "reception": _("reception"),
    "level": pgettext_lazy("reception", "level"),
    "purpose": pgettext_lazy("visit", "purpose"),
    "budget": pgettext_lazy("reception", "budget"),
    "currency": _("currency"),
}


def _not_ready(row: Reception) -> str:
    if row.state in (ReceptionState.CLOSED, ReceptionState.CANCELLED):
        return str(_("This reception is over."))
    return "" if row.budget else str(_("This reception has no budget."))


def register_kind() -> None:
    """Called when the app is ready."""
    superior = step("Superior", {"kind": "superior"})
    above = [when("budget", "gt", rule="customers.reception_budget")]
    register(
        DocumentType(
            KEY,
            "customers.Reception",
            _("Budget of a reception"),
            facts=_facts,
            labels=LABELS,
            formats={"budget": base_money, "level": choice(ReceptionLevel.choices)},
            brief=("customer", "budget"),
            may_request="prepare",
            amount="budget",
            customer=lambda row: row.customer_id,
            applicant=lambda row: row.owner,
            team=lambda row: row.team,
            not_ready=_not_ready,
            clause="customers.reception_budget",
            flow=(route("Above the limit", above, [superior]),),
        )
    )
