"""The weekly collection of market facts by a team (MKT-02)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.market import (
    WeekState,
)
from customers.models import (
    MarketWeek,
)
from customers.permissions.market import teams_in_reach
from customers.services.market_rows import locked, save
from salesops.accounts.models import Team, User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.notifications.services import notify


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
    row = locked(week, actor, "edit", version)
    if row.state == WeekState.SUBMITTED:
        raise Conflict(_("This week is handed in; it stays as it is."))
    row.summary, row.actions = summary.strip(), actions.strip()
    save(row)
    return row


@transaction.atomic
def submit_week(*, actor: User, at: datetime, week: MarketWeek) -> MarketWeek:
    """Hand the week in; the head of the unit above is told."""
    row = locked(week, actor, "submit")
    if row.state == WeekState.SUBMITTED:
        raise Conflict(_("This week is handed in already."))
    if not row.summary:
        raise InvalidInput(_("Write what the week shows first."), field="summary")
    row.state, row.submitted_at = WeekState.SUBMITTED, at
    save(row)
    record("customers.market_week_submitted", row, actor=actor, at=at, data={"week": str(row)})
    told = row.team.parent.head if row.team.parent_id else None
    if told is not None and told.pk != actor.pk:
        data = {"week": str(row), "author": actor.name}
        notify(told, "customers.market_week", f"market_week:{row.pk}", data, row.get_absolute_url(), at=at)
    return row
