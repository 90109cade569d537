"""Filters of the lists."""

from customers.filters.customers import (
    ChosenFrom,
    ContactFilter,
    CustomerFilter,
    ValuesFilter,
    VisitFilter,
)

__all__ = [
    "ChosenFrom",
    "ContactFilter",
    "CustomerFilter",
    "ValuesFilter",
    "VisitFilter",
]
