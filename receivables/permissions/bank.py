"""Bank accounts, their statements and lines: finance's; general manager and auditor look on."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from receivables.models import BankAccount, BankLine, BankStatement
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records

MATRIX = "gm:all:view finance:all:edit auditor:all:view"


class BankAccountPolicy(Policy):
    """Our own accounts; ``upload`` brings a statement of one."""

    matrix = MATRIX
    owner_path = team_path = None
    verbs = {"upload": Level.EDIT, "view_sensitive": Level.VIEW}


class StatementPolicy(Policy):
    """What a file brought; nobody writes one by hand."""

    matrix = MATRIX
    owner_path = team_path = None

    def can_edit(self, user: Any, obj: Model | None) -> bool:
        return False

    can_add = can_change = can_delete = can_edit


class BankLinePolicy(StatementPolicy):
    """A line never changes; finance books it, sets it aside and opens it again."""

    verbs = {"match": Level.EDIT, "view_sensitive": Level.VIEW}


def register_policies() -> None:
    register(BankAccount, BankAccountPolicy())
    register(BankStatement, StatementPolicy())
    register(BankLine, BankLinePolicy())
    register_records(BankAccount, BankLine, BankStatement)
