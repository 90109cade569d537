"""The contract register."""

from contracts.models.contracts import Contract

__all__ = ["Contract"]
