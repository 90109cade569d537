"""Who may do what with contracts (requirements §I, row Contract)."""

from __future__ import annotations

from typing import Any

from contracts.choices import ContractState
from contracts.models import Acceptance, Contract, PaymentPlan, PlanRow
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records


class ContractPolicy(Policy):
    """Edit level drafts; approve level puts a contract in force and ends it."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:approve manager:department:approve gm:all:approve "
        "finance:department:approve legal:all:approve operations:department:view auditor:all:view"
    )
    customer_path = "customer"
    verbs = {
        "activate": Level.APPROVE,
        "complete": Level.APPROVE,
        "terminate": Level.APPROVE,
        "void": Level.EDIT,
        "annotate": Level.EDIT,
        "accept": Level.EDIT,
    }

    def can_plan(self, user: Any, contract: Any) -> bool:
        """A draft's plan by whoever edits it; once in force by whoever approves."""
        drafted = contract is None or contract.state == ContractState.DRAFT
        return self.allows(user, "edit" if drafted else "activate", contract)


class PartPolicy(ContractPolicy):
    """What belongs to a contract is seen with it and written by its acts."""

    verbs = {}
    owner_path = "contract__owner"
    team_path = "contract__team"
    customer_path = "contract__customer"

    def can_edit(self, user: Any, obj: Any) -> bool:
        return False

    can_change = can_delete = can_add = can_edit


class RowPolicy(PartPolicy):
    owner_path = "plan__contract__owner"
    team_path = "plan__contract__team"
    customer_path = "plan__contract__customer"


def register_policies() -> None:
    register(Contract, ContractPolicy())
    register(PaymentPlan, PartPolicy())
    register(Acceptance, PartPolicy())
    register(PlanRow, RowPolicy())
    register_records(Contract)
