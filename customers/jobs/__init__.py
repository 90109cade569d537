"""The daily jobs of customer work."""

from customers.jobs.customers import (
    follow_moves,
    register,
)

__all__ = [
    "follow_moves",
    "register",
]
