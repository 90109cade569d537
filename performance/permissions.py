"""Who may see and set what in this app (requirements §I, rows Target and KPI report)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from performance.models import KpiFact, KpiFigure, MonthClose, Restatement, Target, TargetChange
from salesops.core.policies import Grant, Level, Policy, policy_of, register
from salesops.core.subjects import register_records


class TargetPolicy(Policy):
    """Own targets, and those of the units one leads; who approves also sets them."""

    matrix = "rep:own:view assistant:own:view lead:team:approve manager:department:approve gm:all:approve hr:all:view auditor:all:view"
    owner_path = "staff"
    team_path = "scope_team"
    verbs = {"breakdown": Level.EDIT}

    def scope_of(self, user: Any, grant: Grant, scope: str) -> Q | None:
        """People also see the targets of the teams they stand in (their numbers are shared ones)."""
        part = super().scope_of(user, grant, scope)
        if part is not None and scope == "own":
            return part | Q(team__in=sorted(grant.teams & _own_team(user)))
        return part

    def can_delete(self, user: Any, obj: Target | None = None) -> bool:
        """Targets keep their history; they are changed, never deleted."""
        return False


class OfTargetPolicy(TargetPolicy):
    """History of a target is seen with it."""

    owner_path = "target__staff"
    team_path = "target__scope_team"

    def scope_of(self, user: Any, grant: Grant, scope: str) -> Q | None:
        return Policy.scope_of(self, user, grant, scope)


class KpiPolicy(Policy):
    """Facts and figures: a rep's own, a lead's team, a manager's department; others the whole company."""

    matrix = (
        "rep:own:view assistant:team:view lead:team:view manager:department:view gm:all:view finance:all:view "
        "hr:all:view auditor:all:view"
    )


class FrozenPolicy(Policy):
    """Closed months and restatements belong to the company; the manager and finance close them."""

    matrix = (
        "rep:all:view lead:all:view assistant:all:view manager:all:edit gm:all:approve finance:all:edit hr:all:view "
        "auditor:all:view administrator:all:view"
    )
    owner_path = None
    team_path = None
    verbs = {"close": Level.EDIT, "restate": Level.EDIT}

    def scope_of(self, user: Any, grant: Grant, scope: str) -> Q | None:
        return None


class RestatementPolicy(FrozenPolicy):
    """Restated figures of others are for those who see everything."""

    matrix = "manager:all:edit gm:all:approve finance:all:edit hr:all:view auditor:all:view"


def may_set(user: Any, target: Target) -> bool:
    """May ``user`` set a target for this person or team? A new row has no key yet: its unit decides."""
    if not user.is_active:
        return False
    rights = policy_of(Target).rights
    for grant in user.grants():
        scope, level = rights.get(grant.role, ("", 0))
        if level < Level.EDIT:
            continue
        if scope == "all" or (scope == "department" and grant.department is None):
            return True
        teams = grant.teams if scope == "team" else grant.department or frozenset()
        if target.scope_team_id in teams:
            return True
    return False


def _own_team(user: Any) -> frozenset[int]:
    return frozenset(t for grant in user.grants() for t in grant.teams)


def register_policies() -> None:
    register(Target, TargetPolicy())
    register(TargetChange, OfTargetPolicy())
    register(KpiFact, KpiPolicy())
    register(KpiFigure, KpiPolicy())
    register(MonthClose, FrozenPolicy())
    register(Restatement, RestatementPolicy())
    register_records(MonthClose, Target)
