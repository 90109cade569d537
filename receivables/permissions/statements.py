"""Statements are sent by who holds the customer and by finance; differences are followed by the same people."""

from __future__ import annotations

from typing import Any

from receivables.models import Statement, StatementDifference, StatementLine
from salesops.core.choices import Role
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records

MATRIX = (
    "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit gm:all:view finance:all:edit "
    "legal:department:view auditor:all:view"
)


class StatementPolicy(Policy):
    """What was sent is never edited; it is reminded."""

    matrix = MATRIX
    owner_path, team_path, customer_path = "customer__owner", "customer__team", "customer"
    verbs = {"remind": Level.EDIT}

    def can_edit(self, user: object, obj: object) -> bool:
        return False

    can_change = can_delete = can_edit

    def can_send_bulk(self, user: Any, obj: object) -> bool:
        return bool(user.is_active and user.has_role(Role.FINANCE))


class StatementLinePolicy(Policy):
    matrix = MATRIX
    owner_path, team_path = "statement__customer__owner", "statement__customer__team"
    customer_path = "statement__customer"


class DifferencePolicy(Policy):
    matrix = MATRIX
    owner_path, team_path = "statement__customer__owner", "statement__customer__team"
    customer_path = "statement__customer"
    verbs = {"follow": Level.EDIT}

    def can_edit(self, user: object, obj: object) -> bool:
        """A difference gets a result, it is not edited."""
        return False

    can_change = can_delete = can_edit


def register_statements() -> None:
    register(Statement, StatementPolicy())
    register(StatementLine, StatementLinePolicy())
    register(StatementDifference, DifferencePolicy())
    register_records(Statement, StatementDifference)
