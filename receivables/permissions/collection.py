"""Row 'Dunning, dispute' of the permission matrix (requirements §I): who chases, who only looks."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from receivables.models import (
    CollectionAction,
    CollectionCase,
    CollectionLetter,
    CollectionLevel,
    CollectionOverride,
    CollectionPolicy,
    CollectionStep,
    CollectionStepItem,
    Instalment,
    InstalmentPlan,
    LegalEvent,
    LegalStage,
    PlanItem,
    Promise,
)
from salesops.core.choices import Role
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records

MATRIX = (
    "rep:own:edit assistant:team:edit lead:team:edit manager:department:approve gm:all:approve "
    "finance:all:edit legal:all:edit auditor:all:view"
)
HEADS = (Role.LEAD, Role.MANAGER, Role.GM, Role.FINANCE)
LADDER = (
    "rep:all:view assistant:all:view lead:all:view manager:all:view gm:all:view finance:all:edit "
    "legal:all:view auditor:all:view"
)


class CasePolicy(Policy):
    """Whoever holds the customer chases it; heads hand cases over; nobody types one in."""

    matrix = MATRIX
    customer_path = "customer"
    verbs = {"chase": Level.EDIT}

    def can_add(self, user: Any, obj: Model | None = None) -> bool:
        return False

    can_edit = can_change = can_delete = can_add

    def can_assign(self, user: Any, obj: Model | None = None) -> bool:
        return user.has_role(*HEADS) and self.allows(user, "chase", obj)

    can_pause = can_assign


class OfCase(Policy):
    """What belongs to a case is seen and done with it."""

    matrix = MATRIX
    owner_path = "case__owner"
    team_path = "case__team"
    customer_path = "case__customer"
    verbs = {"chase": Level.EDIT}

    def can_edit(self, user: Any, obj: Model | None = None) -> bool:
        """What was done or said stays as it was written."""
        return False

    can_change = can_delete = can_edit


class ActionPolicy(OfCase):
    """Who wrote it down may add the files that prove it."""

    def can_edit(self, user: Any, obj: Model | None = None) -> bool:
        return obj is None or (user.is_active and obj.by_id == user.pk and self.allows(user, "view", obj))  # type: ignore[attr-defined]


class StepItemPolicy(OfCase):
    owner_path = "step__case__owner"
    team_path = "step__case__team"
    customer_path = "step__case__customer"


class OfPlan(OfCase):
    """Rows and items of a plan."""

    owner_path = "plan__case__owner"
    team_path = "plan__case__team"
    customer_path = "plan__case__customer"


class LegalPolicy(OfCase):
    """Legal and finance write down what lawyers and courts did."""

    def can_litigate(self, user: Any, obj: Model | None = None) -> bool:
        return user.has_role(Role.LEGAL, Role.FINANCE) and self.allows(user, "chase", obj)


class LegalEventPolicy(OfCase):
    owner_path = "stage__case__owner"
    team_path = "stage__case__team"
    customer_path = "stage__case__customer"


class PromisePolicy(Policy):
    """A promise is written down by who heard it; whoever wrote it, or a head, withdraws it."""

    matrix = MATRIX
    customer_path = "customer"

    def can_edit(self, user: Any, obj: Model | None = None) -> bool:
        return False

    can_change = can_delete = can_edit

    def can_withdraw(self, user: Any, obj: Promise | None = None) -> bool:
        if obj is None or not self.allows(user, "add", obj):
            return obj is None
        return obj.state == "open" and (obj.created_by_id == user.pk or user.has_role(*HEADS))


class LadderPolicy(Policy):
    """Finance writes the ladders; whoever chases reads them."""

    matrix = LADDER
    owner_path = team_path = None

    def scope_of(self, user: Any, grant: Any, scope: str) -> None:
        return None


class OverridePolicy(Policy):
    """Exceptions from the ladder: heads and finance."""

    matrix = MATRIX
    owner_path = "customer__owner"
    team_path = "customer__team"
    customer_path = "customer"

    def can_add(self, user: Any, obj: Model | None = None) -> bool:
        return user.has_role(*HEADS)


def register_collection() -> None:
    """Called from the app's ``ready()``."""
    register(CollectionPolicy, LadderPolicy())
    register(CollectionLevel, LadderPolicy())
    register(CollectionOverride, OverridePolicy())
    register(CollectionCase, CasePolicy())
    register(CollectionStep, OfCase())
    register(CollectionStepItem, StepItemPolicy())
    register(CollectionAction, ActionPolicy())
    register(Promise, PromisePolicy())
    register(CollectionLetter, OfCase())
    register(InstalmentPlan, OfCase())
    register(Instalment, OfPlan())
    register(PlanItem, OfPlan())
    register(LegalStage, LegalPolicy())
    register(LegalEvent, LegalEventPolicy())
    register_records(CollectionCase, CollectionAction, CollectionLetter, InstalmentPlan, LegalStage, Promise)
