"""Who may do what with visit plans."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from customers.models import VisitPlan, VisitPlanLine
from customers.permissions.customers import OwnedPolicy
from salesops.core.policies import Level, register
from salesops.core.subjects import register_records

PLAN_ROW = "rep:own:edit assistant:team:edit lead:team:approve manager:department:approve gm:all:view auditor:all:view"


class VisitPlanPolicy(OwnedPolicy):
    """Plans are written by who carries them out (or the assistant), read and reviewed by those above."""

    matrix = PLAN_ROW
    verbs = {"submit": Level.EDIT, "check": Level.EDIT}

    def can_review(self, user: Any, obj: Model | None) -> bool:
        """The superiors; nobody reviews the own plan."""
        return self.allows(user, "approve", obj) and (obj is None or obj.owner_id != user.pk)


class VisitPlanLinePolicy(OwnedPolicy):
    """Lines follow their plan."""

    matrix = PLAN_ROW
    owner_path = "plan__owner"
    team_path = "plan__team"


def register_visit_policies() -> None:
    """Called when the app is ready."""
    register(VisitPlan, VisitPlanPolicy())
    register(VisitPlanLine, VisitPlanLinePolicy())
    register_records(VisitPlan)
