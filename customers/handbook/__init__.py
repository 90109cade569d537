"""The numbers that the handbook sets for customer work."""

from customers.handbook.customers import (
    CHAPTER,
    register_clauses,
)

__all__ = [
    "CHAPTER",
    "register_clauses",
]
