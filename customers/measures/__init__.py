"""How well the rules of customer work are kept."""

from customers.measures.customers import (
    line,
    register,
    stale_files,
)

__all__ = [
    "line",
    "register",
    "stale_files",
]
