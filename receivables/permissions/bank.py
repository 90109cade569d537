"""Bank accounts, their statements and lines: finance's; general manager and auditor look on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from receivables.choices.bank import OPEN_LINES
from receivables.models import BankAccount, BankClaim, BankLine, BankStatement
from receivables.permissions.ledger import sees_accounts
from salesops.core.choices import Role
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records
from salesops.handbook.selectors import rule

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


SALES = (Role.REP, Role.ASSISTANT, Role.LEAD, Role.MANAGER)


class BankLinePolicy(StatementPolicy):
    """A line never changes; finance books it, sets it aside and opens it again.

    Sales see money that nobody recognised some days after it came (handbook R-42), and what they claimed.
    """

    matrix = f"rep:own:view assistant:own:view lead:own:view manager:own:view {MATRIX}"
    verbs = {"match": Level.EDIT, "claim": Level.VIEW}

    def own(self, user: Any) -> Q:
        today = timezone.localdate()
        shown = today - timedelta(days=rule("receivables.bank_claim_days", on=today))
        sure = rule("receivables.bank_sure_score", on=today)
        unknown = Q(state__in=OPEN_LINES, amount__gt=0, date__lte=shown, score__lt=sure)
        return unknown | Q(pk__in=BankClaim.objects.filter(owner=user).order_by().values("line"))

    def can_claim(self, user: Any, obj: Model | None) -> bool:
        """Whoever has customers and sees the line while it is open."""
        if not user.has_role(*SALES):
            return False
        return self.allows(user, "claim", obj) and (obj is None or obj.state in OPEN_LINES)

    def can_view_sensitive(self, user: Any, obj: Model | None) -> bool:
        return sees_accounts(user) and self.allows(user, "view", obj)


class BankClaimPolicy(Policy):
    """A claim is seen by who made it and by finance, who decides; who made it may withdraw it."""

    matrix = f"rep:own:edit assistant:own:edit lead:own:edit manager:own:edit {MATRIX}"
    owner_path, team_path = "owner", None
    verbs = {"decide": Level.EDIT, "withdraw": Level.EDIT}

    def can_decide(self, user: Any, obj: Model | None) -> bool:
        return user.has_role(Role.FINANCE) and self.allows(user, "decide", obj)

    def can_withdraw(self, user: Any, obj: Any) -> bool:
        return self.allows(user, "withdraw", obj) and (obj is None or obj.owner_id == user.pk)

    def can_edit(self, user: Any, obj: Model | None) -> bool:
        return False

    can_add = can_change = can_delete = can_edit


def register_policies() -> None:
    register(BankAccount, BankAccountPolicy())
    register(BankStatement, StatementPolicy())
    register(BankLine, BankLinePolicy())
    register(BankClaim, BankClaimPolicy())
    register_records(BankAccount, BankClaim, BankLine, BankStatement)
