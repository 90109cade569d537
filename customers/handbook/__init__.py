"""The numbers that the handbook sets for customer work."""

from customers.handbook import customers, deals, life, pool, sharing
from customers.handbook.customers import CHAPTER

__all__ = ["CHAPTER", "register_clauses"]


def register_clauses() -> None:
    """Called when the app is ready."""
    for module in (customers, deals, sharing, pool, life):
        module.register_clauses()
