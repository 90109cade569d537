"""Who sees and takes what is in the public pool, and who sets its rules."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from customers.models import Customer, PoolCustomer, PoolMove, PoolRule
from salesops.core.policies import Level, Policy, policy_of, register

SALES = "rep:all:edit lead:all:edit manager:all:edit gm:all:view auditor:all:view"


class PoolCustomerPolicy(Policy):
    """The whole sales line sees the pool and takes from it."""

    matrix = SALES
    verbs = {"claim": Level.EDIT}

    def scope(self, user: Any, verb: str = "view") -> Q:
        in_pool = Q(pool_since__isnull=False, merged_into__isnull=True)
        rows = super().scope(user, verb)
        return in_pool if rows == Q() else rows & in_pool

    def can_add(self, user: Any, obj: Any = None) -> bool:
        return False

    def can_view_history(self, user: Any, obj: Any) -> bool:
        """The timeline is that of the file: it names its people, so it is for those who see the file."""
        return policy_of(Customer).can(user, "view", obj)


class PoolRulePolicy(Policy):
    """Everybody of the sales line reads the rules, managers set them."""

    matrix = "rep:all:view lead:all:view manager:all:edit gm:all:edit auditor:all:view assistant:all:view"
    owner_path, team_path = None, None


class PoolMovePolicy(Policy):
    """What one did oneself, and what the team did."""

    matrix = "rep:own:view lead:team:view manager:department:view gm:all:view auditor:all:view"
    verbs = {"report": Level.VIEW}

    def can_report(self, user: Any, obj: Any = None) -> bool:
        """The report on the pool is for those who answer for more than themselves."""
        return user.has_role("lead", "manager", "gm", "auditor")


def register_policies() -> None:
    register(PoolCustomer, PoolCustomerPolicy())
    register(PoolRule, PoolRulePolicy())
    register(PoolMove, PoolMovePolicy())
