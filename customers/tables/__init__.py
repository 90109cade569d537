"""Columns of the lists."""

from customers.tables.customers import (
    ContactTable,
    CustomerTable,
    EmailColumn,
    PhoneColumn,
    VisitTable,
)

__all__ = [
    "ContactTable",
    "CustomerTable",
    "EmailColumn",
    "PhoneColumn",
    "VisitTable",
]
