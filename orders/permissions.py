"""Who may do what with orders (requirements §I, row Order, shipment)."""

from __future__ import annotations

from typing import Any

from orders.models import ContractDifference, Order, OrderLine, Return
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records

MATRIX = (
    "rep:own:edit assistant:team:edit lead:team:approve manager:department:approve gm:all:view "
    "finance:department:approve operations:all:edit service:department:view auditor:all:view"
)


class OrderPolicy(Policy):
    """Edit level writes, submits, ships and takes returns; approve level confirms."""

    matrix = MATRIX
    customer_path = "customer"
    verbs = {
        "submit": Level.EDIT,
        "return_to_draft": Level.EDIT,
        "confirm": Level.APPROVE,
        "ship": Level.EDIT,
        "arrange": Level.EDIT,
        "ask_differences": Level.EDIT,
        "cancel": Level.EDIT,
        "record_return": Level.EDIT,
        "print": Level.VIEW,
    }

    def can_cancel(self, user: Any, order: Order | None = None) -> bool:
        """Before it binds us whoever may edit; a confirmed order needs the level that confirms."""
        confirmed = order is not None and order.state == "confirmed"
        return self.allows(user, "approve" if confirmed else "cancel", order)

    def reaches(self, user: Any, *, owner: Any, team: Any) -> bool:
        """Would ``user`` be allowed to edit an order of this owner and team?"""
        for grant in user.grants():
            scope, level = self.rights.get(grant.role, ("", 0))
            if level < Level.EDIT:
                continue
            if scope == "all" or (scope == "department" and grant.department is None):
                return True
            if owner == user:
                return True
            teams = grant.teams if scope == "team" else grant.department or frozenset()
            if scope != "own" and team is not None and team.pk in teams:
                return True
        return False


class OfOrderPolicy(Policy):
    """Lines, returns and questions about differences are seen and kept with their order."""

    matrix = MATRIX
    owner_path = "order__owner"
    team_path = "order__team"
    customer_path = "order__customer"


def register_policies() -> None:
    register(Order, OrderPolicy())
    register(OrderLine, OfOrderPolicy())
    register(Return, OfOrderPolicy())
    register(ContractDifference, OfOrderPolicy())
    register_records(Order)
