"""What one can do with contracts; one verb per function."""

from contracts.services.plans import PlanLine, accept_contract, plan_of, write_plan
from contracts.services.register import (
    ContractInput,
    activate_contract,
    annotate_contract,
    complete_contract,
    create_contract,
    terminate_contract,
    update_contract,
    void_contract,
)

__all__ = [
    "ContractInput",
    "PlanLine",
    "accept_contract",
    "activate_contract",
    "annotate_contract",
    "complete_contract",
    "create_contract",
    "plan_of",
    "terminate_contract",
    "update_contract",
    "void_contract",
    "write_plan",
]
