"""Who sees and keeps the staff file (ORG-01..04, DAT-07).

Everybody signed in sees the directory: name, post, team, superior, duties, office phone and mail, and the
authority that goes with a role, because approvals and escalation follow it (ORG-03, ORG-04). Staff number,
reason for leaving and private remarks are personal: HR, the administrator, the auditor and the person see
them (``view_sensitive``). HR and the administrator keep people, teams, memberships and roles. Only the
administrator sets passwords; only the administrator gives or takes the administrator's own role and the
auditor's, or changes the file (a mailed link goes to its address) of who holds one, so that HR cannot make
itself either.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from salesops.accounts.delegations import line_above
from salesops.accounts.models import Delegation, Membership, RoleGrant, SuperiorChange, Team, User
from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Level, Policy, register
from salesops.core.subjects import register_records

GUARDED_ROLES = {Role.ADMINISTRATOR, Role.AUDITOR}


class DirectoryPolicy(Policy):
    """Everybody views; HR and the administrator edit."""

    matrix = "hr:all:edit administrator:all:edit"
    owner_path = None
    team_path = None

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        if self.level_of(verb) == Level.VIEW and verb != "export":
            return Q()
        return super().scope(user, verb)

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if self.level_of(verb) == Level.VIEW and verb != "export":
            return bool(getattr(user, "is_authenticated", False) and user.is_active)
        return super().allows(user, verb, obj)


class UserPolicy(DirectoryPolicy):
    """The directory, with the personal part kept to those whose work it is, and the person."""

    owner_path = "pk"
    matrix = "hr:all:edit administrator:all:edit"
    verbs = {
        "deactivate": Level.EDIT,
        "reactivate": Level.EDIT,
        "move": Level.EDIT,
        "change_superior": Level.EDIT,
        "grant": Level.EDIT,
        "set_password": Level.EDIT,
        "view_sensitive": Level.EDIT,
        "view_history": Level.EDIT,
        "delegate": Level.EDIT,
    }

    def can_delegate(self, user: Any, obj: User | None) -> bool:
        """A deputy is named by the person, a superior of the person, or human resources."""
        if not (user.is_authenticated and user.is_active):
            return False
        if obj is None or obj.pk == user.pk or self.allows(user, "delegate", obj):
            return True
        return any(above.pk == user.pk for above in line_above(obj))

    def can_set_password(self, user: Any, obj: User | None) -> bool:
        return user.is_authenticated and user.is_active and user.has_role(Role.ADMINISTRATOR)

    def can_deactivate(self, user: Any, obj: User | None) -> bool:
        """Nobody locks himself out; HR cannot remove an administrator."""
        if not self.allows(user, "deactivate", obj) or (obj is not None and obj.pk == user.pk):
            return False
        return obj is None or user.has_role(Role.ADMINISTRATOR) or not obj.has_role(*GUARDED_ROLES)

    def can_edit(self, user: Any, obj: User | None) -> bool:
        if not self.allows(user, "edit", obj):
            return False
        return obj is None or user.has_role(Role.ADMINISTRATOR) or not obj.has_role(*GUARDED_ROLES)

    def can_view_sensitive(self, user: Any, obj: User | None) -> bool:
        if not (user.is_authenticated and user.is_active):
            return False
        return (obj is not None and obj.pk == user.pk) or user.has_role(
            Role.HR, Role.ADMINISTRATOR, Role.AUDITOR
        )

    can_view_history = can_view_sensitive
    can_change_superior = can_edit


class DelegationPolicy(DirectoryPolicy):
    """Everybody sees who stands in for whom; who may name a deputy may also end the delegation."""

    def can_edit(self, user: Any, obj: Delegation | None) -> bool:
        return UserPolicy().can_delegate(user, obj.person if obj is not None else None)


class TeamPolicy(DirectoryPolicy):
    verbs = {"move": Level.EDIT, "close": Level.EDIT}


class RoleGrantPolicy(DirectoryPolicy):
    """Roles and their limits; the guarded ones only by the administrator."""

    verbs = {"end": Level.EDIT}

    def can_end(self, user: Any, obj: RoleGrant | None) -> bool:
        if not self.allows(user, "end", obj):
            return False
        return obj is None or obj.role not in GUARDED_ROLES or user.has_role(Role.ADMINISTRATOR)

    can_edit = can_end


def register_policies() -> None:
    register(User, UserPolicy())
    register(Team, TeamPolicy())
    register(Membership, DirectoryPolicy())
    register(RoleGrant, RoleGrantPolicy())
    register(Delegation, DelegationPolicy())
    register(SuperiorChange, DirectoryPolicy())
    register_records(Team, User)
