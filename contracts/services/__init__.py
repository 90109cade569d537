"""What one can do with contracts; one verb per function."""

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
    "activate_contract",
    "annotate_contract",
    "complete_contract",
    "create_contract",
    "terminate_contract",
    "update_contract",
    "void_contract",
]
