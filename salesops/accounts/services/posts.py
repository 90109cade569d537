"""Where a person belongs and what the person may do, from when to when (ORG-01, ORG-02, ORG-04)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from salesops.accounts.events import AuthorityChanged, PersonMoved
from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.accounts.permissions import GUARDED_ROLES
from salesops.accounts.services.guard import require
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row


@transaction.atomic
def join_team(*, actor: User | None, at: datetime, person: User, team: Team, from_date: date) -> Membership:
    """``person`` belongs to ``team`` from a day on; the membership before it ends the day before.

    Raises ``Conflict`` when a later move is planned already. A move on the day of the last one replaces it.
    """
    lock_row(User.objects, person.pk)
    require(actor, "add", Membership)
    if not team.is_active:
        raise InvalidInput(_("%(team)s is closed.") % {"team": team}, field="team")
    mine = Membership.objects.filter(user=person)
    if later := mine.filter(from_date__gt=from_date).order_by("from_date").first():
        raise Conflict(
            _("%(person)s moves to %(team)s on %(day)s already.")
            % {"person": person, "team": later.team, "day": later.from_date},
            field="from_date",
            way_out=_("Choose that day or a later one."),
        )
    current = mine.in_force(from_date).select_related("team").first()
    if current and current.team_id == team.pk and current.to_date is None:
        raise Conflict(_("%(person)s belongs to %(team)s already.") % {"person": person, "team": team})
    if current and current.from_date == from_date:
        current.delete()
    elif current:
        current.to_date = from_date - timedelta(days=1)
        current.save(update_fields=["to_date"])
    membership = Membership.objects.create(user=person, team=team, from_date=from_date)
    record(
        "accounts.person_moved",
        person,
        team,
        actor=actor,
        at=at,
        data={
            "person": person.name,
            "team": team.name,
            "before": current.team.name if current else None,
            "from_date": from_date.isoformat(),
        },
    )
    person.__dict__.pop("_grants", None)
    publish(PersonMoved(person.pk, team.pk, from_date, at))
    return membership


@transaction.atomic
def grant_role(
    *,
    actor: User | None,
    at: datetime,
    person: User,
    role: str,
    from_date: date,
    to_date: date | None = None,
    team: Team | None = None,
    amount_limit: Decimal | None = None,
) -> RoleGrant:
    """Give a role (for one unit, up to a limit) from a day to a day.

    A grant of the same role and unit in force ends the day before, so a new limit is a new row with a date.
    Raises ``NotAllowed`` for the guarded roles, ``Conflict`` when a later grant of the role is written down.
    """
    lock_row(User.objects, person.pk)
    require(actor, "add", RoleGrant)
    _require_guarded(actor, role)
    if role not in Role.values:
        raise InvalidInput(_("There is no role “%(role)s”.") % {"role": role}, field="role")
    if to_date is not None and to_date < from_date:
        raise InvalidInput(_("The last day lies before the first."), field="to_date")
    if amount_limit is not None and amount_limit < 0:
        raise InvalidInput(_("A limit is not negative."), field="amount_limit")
    same = RoleGrant.objects.filter(user=person, role=role, team=team)
    end = Q(from_date__lte=to_date) if to_date else Q()
    if later := same.filter(end, from_date__gt=from_date).order_by("from_date").first():
        raise Conflict(
            _("This role is given from %(day)s on already.") % {"day": later.from_date}, field="from_date"
        )
    for current in same.in_force(from_date):
        _end(current, from_date - timedelta(days=1))
    grant = RoleGrant.objects.create(
        user=person,
        role=role,
        team=team,
        from_date=from_date,
        to_date=to_date,
        amount_limit=amount_limit,
        granted_by=actor,
    )
    record("accounts.role_granted", person, actor=actor, at=at, data=_facts(grant))
    person.__dict__.pop("_grants", None)
    publish(AuthorityChanged("role", at, people=(person.pk,), role=role))
    return grant


@transaction.atomic
def end_role(*, actor: User | None, at: datetime, grant: RoleGrant, last_day: date) -> None:
    """A role ends with ``last_day``; a grant that has not begun by then is removed."""
    lock_row(User.objects, grant.user_id)
    grant = RoleGrant.objects.select_related("user", "team").get(pk=grant.pk)
    require(actor, "end", grant)
    if grant.to_date is not None and grant.to_date <= last_day:
        raise Conflict(_("This role ends on %(day)s already.") % {"day": grant.to_date}, field="last_day")
    facts = _facts(grant) | {"to_date": last_day.isoformat()}
    _end(grant, last_day)
    record("accounts.role_ended", grant.user, actor=actor, at=at, data=facts)
    publish(AuthorityChanged("role", at, people=(grant.user_id,), role=grant.role))


def _end(grant: RoleGrant, last_day: date) -> None:
    if last_day < grant.from_date:
        grant.delete()
    else:
        grant.to_date = last_day
        grant.save(update_fields=["to_date"])


def _require_guarded(actor: User | None, role: str) -> None:
    if actor is not None and role in GUARDED_ROLES and not actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(
            _("Only an administrator gives this role."),
            field="role",
            way_out=_("Ask an administrator."),
            release=AskOffer(_("Please look at a role for somebody"), roles=(Role.ADMINISTRATOR,)),
        )


def _facts(grant: RoleGrant) -> dict[str, Any]:
    return {
        "person": grant.user.name,
        "role": grant.role,
        "unit": grant.team.name if grant.team else None,
        "amount_limit": grant.amount_limit,
        "from_date": grant.from_date.isoformat(),
        "to_date": grant.to_date.isoformat() if grant.to_date else None,
    }
