"""Who places holds on the credit of a customer, and who may ask for them to be lifted."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from receivables.models import CreditAssessment, CreditHold, ProvisionLine, ProvisionRun, RiskWarning
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records


class AskLiftPolicy(Policy):
    """Whoever stands around the customer may ask for a hold to be lifted; those who only look on may not."""

    model = CreditHold
    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit finance:all:edit gm:all:edit"
    )
    owner_path, team_path, customer_path = "customer__owner", "customer__team", "customer"


class AssessmentPolicy(Policy):
    """Whoever sells to a customer drafts its assessment; finance and managers, too. Approval decides."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit gm:all:edit "
        "finance:all:edit auditor:all:view"
    )
    owner_path, team_path, customer_path = "customer__owner", "customer__team", "customer"


class RiskPolicy(Policy):
    """Whoever has the customer, and those above, answer a warning; finance sees all of them."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit gm:all:edit "
        "finance:all:edit legal:all:view auditor:all:view"
    )
    owner_path, team_path, customer_path = "customer__owner", "customer__team", "customer"
    verbs = {"answer": Level.EDIT}

    def can_add(self, user: object, obj: object) -> bool:
        """Warnings come from the nightly look alone."""
        return False

    can_edit = can_change = can_delete = can_add


class ProvisionPolicy(Policy):
    """Finance computes, the general manager decides; both and the auditor read."""

    matrix = "finance:all:edit gm:all:view auditor:all:view"
    owner_path = team_path = None


class HoldPolicy(Policy):
    """Finance and managers place holds; whoever has the customer sees them. Lifting is an approval."""

    matrix = (
        "rep:own:view assistant:team:view lead:team:view manager:department:edit gm:all:edit "
        "finance:all:edit legal:all:view auditor:all:view"
    )
    owner_path, team_path, customer_path = "customer__owner", "customer__team", "customer"
    asking = AskLiftPolicy()

    def can_ask_lift(self, user: Any, obj: Model | None) -> bool:
        return self.asking.allows(user, "edit", obj)

    def can_edit(self, user: object, obj: object) -> bool:
        """A hold is placed and lifted, never edited."""
        return False

    can_change = can_delete = can_edit

    verbs = {"place": Level.EDIT}


def register_credit() -> None:
    register(CreditAssessment, AssessmentPolicy())
    register(RiskWarning, RiskPolicy())
    register(ProvisionRun, ProvisionPolicy())
    register(ProvisionLine, ProvisionPolicy())
    register(CreditHold, HoldPolicy())
    register_records(CreditAssessment, CreditHold, ProvisionRun, RiskWarning)
