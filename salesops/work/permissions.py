"""Tasks and requests belong to those between whom they stand, and to the superiors of both (DAY-10, ORG-07)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from salesops.accounts.selectors import team_on
from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Grant, Level, Policy, register
from salesops.core.subjects import register_records, visible_subject, visible_subjects
from salesops.work.models import Comment, DepartmentRequest, Task

# Everybody works with his own; the line of superiors sees what is below it, finance and the like do not.
_ABOVE = {
    Role.ASSISTANT: "team:view",
    Role.LEAD: "team:edit",
    Role.MANAGER: "department:edit",
    Role.GM: "all:edit",
    Role.AUDITOR: "all:view",
}
MATRIX = " ".join(f"{role}:{_ABOVE.get(Role(role), 'own:edit')}" for role in Role.values)


class TaskPolicy(Policy):
    """Who owns it works on it; who gave it, and the superiors of the owner, change and end it."""

    matrix = MATRIX
    by_rights = True
    verbs = {
        "work_on": Level.VIEW,
        "steer": Level.VIEW,
        "reopen": Level.VIEW,
    }

    def own(self, user: Any) -> Q:
        return Q(owner=user) | Q(asked_by=user)

    def scope_of(self, user: Any, grant: Grant, scope: str) -> Q | None:
        rows = super().scope_of(user, grant, scope)
        return None if rows is None else rows | self.own(user)

    def scope(self, user: Any, verb: str = "view") -> Q:
        rows = super().scope(user, verb)
        if rows == Q() or not getattr(user, "is_authenticated", False) or not user.is_active:
            return rows
        return self.own(user) if rows == NOTHING else rows | self.own(user)

    def can_add(self, user: Any, obj: Model | None = None) -> bool:
        """Everybody may note a task; whom one may give one to is the service's question."""
        return bool(getattr(user, "is_authenticated", False) and user.is_active)

    can_list = can_add

    def can_work_on(self, user: Any, obj: Task | None) -> bool:
        return obj is None or (user.is_active and obj.owner_id == user.pk)

    def can_steer(self, user: Any, obj: Task | None) -> bool:
        """Give it to somebody else, move its day, call it off."""
        if obj is None:
            return True
        return user.is_active and (obj.asked_by_id == user.pk or self.above(user, obj))

    def can_reopen(self, user: Any, obj: Task | None) -> bool:
        return self.can_steer(user, obj) or self.can_work_on(user, obj)

    can_edit = can_steer

    def above(self, user: Any, obj: Task) -> bool:
        """Is ``user`` in the owner's line of superiors, by team or in person?"""
        if obj.owner.superior_id == user.pk:
            return True
        if obj.owner_id == user.pk:  # one's own task from somebody else is not one's own to call off
            return False
        return Policy.allows(self, user, "edit", obj) and user.has_role(Role.LEAD, Role.MANAGER, Role.GM)


class RequestPolicy(Policy):
    """Seen by who asked, by everybody of the asked unit, and by the superiors of both."""

    matrix = MATRIX
    owner_path = "asked_by"
    team_path = "from_team"
    verbs = {"answer": Level.VIEW, "close": Level.VIEW, "withdraw": Level.VIEW}

    def own(self, user: Any) -> Q:
        rows = Q(asked_by=user) | Q(owner=user) | Q(to_team__head=user)
        units = self._units(user)
        return rows | Q(to_team__in=units) if units else rows

    @staticmethod
    def _units(user: Any) -> list[int]:
        """The unit a person belongs to today and all above it; asked once per request."""
        if "_work_units" not in user.__dict__:
            team = team_on(user, timezone.localdate())
            user.__dict__["_work_units"] = [int(k) for k in team.path.split("/") if k] if team else []
        return user.__dict__["_work_units"]

    def scope_of(self, user: Any, grant: Grant, scope: str) -> Q | None:
        rows = super().scope_of(user, grant, scope)
        if rows is None or scope == "own":
            return rows
        teams = sorted(grant.teams if scope == "team" else grant.department or ())
        return rows | Q(to_team__in=teams) | self.own(user)

    def scope(self, user: Any, verb: str = "view") -> Q:
        rows = super().scope(user, verb)
        if rows == Q() or not getattr(user, "is_authenticated", False) or not user.is_active:
            return rows
        return self.own(user) if rows == NOTHING else rows

    def can_add(self, user: Any, obj: Model | None = None) -> bool:
        return bool(getattr(user, "is_authenticated", False) and user.is_active)

    can_list = can_add

    def can_answer(self, user: Any, obj: DepartmentRequest | None) -> bool:
        """Somebody of the asked unit, but not who asked."""
        if obj is None:
            return True
        if not user.is_active or obj.asked_by_id == user.pk:
            return False
        mine = obj.owner_id == user.pk or obj.to_team.head_id == user.pk
        return mine or obj.to_team_id in self._units(user)

    def can_close(self, user: Any, obj: DepartmentRequest | None) -> bool:
        return obj is None or (user.is_active and obj.asked_by_id == user.pk)

    can_withdraw = can_close


class CommentPolicy(Policy):
    """A comment is read by whoever may see its record now."""

    owner_path = "author"
    team_path = None
    verbs = {"retract": Level.EDIT}

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return NOTHING
        rows = visible_subjects(user)
        return rows if self.level_of(verb) == Level.VIEW else rows & Q(author=user)

    def allows(self, user: Any, verb: str, obj: Any = None) -> bool:
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        if obj is None or obj.pk is None:
            return True
        seen = visible_subject(user, obj.subject_type, obj.subject_id) is not None
        return seen and (self.level_of(verb) == Level.VIEW or obj.author_id == user.pk)


def register_policies() -> None:
    """Called when the room is ready."""
    register(Task, TaskPolicy())
    register(DepartmentRequest, RequestPolicy())
    register(Comment, CommentPolicy())
    register_records(Task, DepartmentRequest)
