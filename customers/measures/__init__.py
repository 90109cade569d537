"""How well the rules of customer work are kept."""

from customers.measures.customers import (
    line,
    out_of_touch,
    register,
    stale_files,
)

__all__ = [
    "line",
    "out_of_touch",
    "register",
    "stale_files",
]
