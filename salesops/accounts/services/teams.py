"""The tree of teams: create, change, move, close (ORG-01)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.accounts.events import AuthorityChanged
from salesops.accounts.models import Membership, Team, User
from salesops.accounts.services.guard import require
from salesops.audit.services import record
from salesops.core.choices import TeamKind
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.events import publish
from salesops.core.locking import advisory_lock, lock_row

_DEPTH = 12


@transaction.atomic
def create_team(
    *,
    actor: User | None,
    at: datetime,
    code: str,
    name: str,
    kind: str = TeamKind.GROUP,
    parent: Team | None = None,
    head: User | None = None,
) -> Team:
    """A new unit below ``parent`` (or at the top). Raises ``Duplicate`` for a code in use."""
    require(actor, "add", Team)
    advisory_lock("accounts.teams")
    code = code.strip()
    if Team.objects.filter(code__iexact=code).exists():
        raise Duplicate(_("The code “%(code)s” is taken.") % {"code": code}, field="code")
    if parent is not None:
        parent = Team.objects.get(pk=parent.pk)
        _refuse_depth(parent)
    team = Team.objects.create(code=code, name=name.strip(), kind=kind, parent=parent, head=head)
    team.path = f"{parent.path if parent else '/'}{team.pk}/"
    team.save(update_fields=["path"])
    record("accounts.team_created", team, parent, actor=actor, at=at, data={"team": team.name})
    return team


def _refuse_depth(parent: Team) -> None:
    if parent.path.count("/") > _DEPTH:
        raise InvalidInput(_("The tree is deep enough."), field="parent")


@transaction.atomic
def edit_team(
    *,
    actor: User | None,
    at: datetime,
    team: Team,
    name: str,
    kind: str,
    head: User | None = None,
    code: str | None = None,
) -> Team:
    """Change the name, kind, head or code of a unit."""
    team = lock_row(Team.objects, team.pk)
    require(actor, "edit", team)
    code = (code or team.code).strip()
    if Team.objects.filter(code__iexact=code).exclude(pk=team.pk).exists():
        raise Duplicate(_("The code “%(code)s” is taken.") % {"code": code}, field="code")
    moved = team.head_id != (head.pk if head else None)
    team.code, team.name, team.kind, team.head = code, name.strip(), kind, head
    team.save(update_fields=["code", "name", "kind", "head"])
    record("accounts.team_changed", team, actor=actor, at=at, data={"team": team.name})
    if moved:
        publish(AuthorityChanged("head", at))
    return team


@transaction.atomic
def move_team(*, actor: User | None, at: datetime, team: Team, parent: Team | None) -> Team:
    """Hang a unit with everything below it under another parent.

    Raises ``InvalidInput`` when the new parent lies below the unit itself.
    """
    advisory_lock("accounts.teams")
    team = lock_row(Team.objects, team.pk)
    require(actor, "move", team)
    parent = Team.objects.get(pk=parent.pk) if parent is not None else None
    if parent is not None and parent.path.startswith(team.path):
        raise InvalidInput(
            _("%(parent)s lies below %(team)s; that would be a circle.") % {"parent": parent, "team": team},
            field="parent",
        )
    if parent is not None:
        _refuse_depth(parent)
    old_parent, old_path = team.parent, team.path
    new_path = f"{parent.path if parent else '/'}{team.pk}/"
    team.parent, team.path = parent, new_path
    team.save(update_fields=["parent"])
    Team.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(new_path), Substr(F("path"), len(old_path) + 1))
    )
    record(
        "accounts.team_moved",
        team,
        old_parent,
        parent,
        actor=actor,
        at=at,
        data={
            "team": team.name,
            "before": old_parent.name if old_parent else None,
            "parent": parent.name if parent else None,
        },
    )
    return team


@transaction.atomic
def close_team(*, actor: User | None, at: datetime, team: Team) -> Team:
    """Close a unit that nobody belongs to any more; its history stays."""
    advisory_lock("accounts.teams")
    team = lock_row(Team.objects, team.pk)
    require(actor, "close", team)
    today = timezone.localdate(at)
    members = Membership.objects.in_force(today).filter(team__path__startswith=team.path).count()
    if members:
        raise Conflict(
            ngettext(
                "%(count)d person still belongs to %(team)s.",
                "%(count)d people still belong to %(team)s.",
                members,
            )
            % {"count": members, "team": team},
            way_out=_("Move them to another team first."),
        )
    if Team.objects.filter(parent=team, is_active=True).exists():
        raise Conflict(_("Units below %(team)s are still open.") % {"team": team})
    team.is_active = False
    team.save(update_fields=["is_active"])
    record("accounts.team_closed", team, actor=actor, at=at, data={"team": team.name})
    return team
