"""Who sees and decides about grades, and who sets the scoring models."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from customers.choices import GradingState
from customers.models import CustomerGrading, GradeFactor, GradeModel
from customers.permissions.customers import CUSTOMER_ROW, CustomerPolicy, OfCustomerPolicy
from salesops.core.policies import Policy, register
from salesops.core.subjects import register_records


class GradingPolicy(OfCustomerPolicy):
    """Seen with the customer; leads and managers decide."""

    matrix = CUSTOMER_ROW.replace(":edit", ":view")

    def can_decide(self, user: Any, obj: Model | None) -> bool:
        if obj is None:
            return CustomerPolicy.assignment.allows(user, "edit")
        open_still = getattr(obj, "state", "") == GradingState.PROPOSED
        return open_still and CustomerPolicy.assignment.allows(user, "edit", getattr(obj, "customer", None))


class GradeModelPolicy(Policy):
    """Everybody around customers reads how they are graded, managers set it."""

    matrix = (
        "rep:all:view assistant:all:view lead:all:view manager:all:edit gm:all:edit finance:all:view "
        "service:all:view auditor:all:view"
    )
    owner_path, team_path = None, None


def register_policies() -> None:
    register(CustomerGrading, GradingPolicy())
    register(GradeModel, GradeModelPolicy())
    register(GradeFactor, GradeModelPolicy())
    register_records(CustomerGrading)
