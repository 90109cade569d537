"""Who may do what with contracts (requirements §I, row Contract)."""

from __future__ import annotations

from contracts.models import Contract
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
    }


def register_policies() -> None:
    register(Contract, ContractPolicy())
    register_records(Contract)
