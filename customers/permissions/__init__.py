"""Who may do what (requirements §I)."""

from customers.permissions import customers, deals, market
from customers.permissions.customers import (
    CREDIT_FIELDS,
    CUSTOMER_ROW,
    AssignPolicy,
    ContactPolicy,
    CreditTermsPolicy,
    CustomerPolicy,
    OfCustomerPolicy,
    OwnedPolicy,
    OwnershipPolicy,
    UnmaskPolicy,
    VisitPolicy,
)

__all__ = [
    "CREDIT_FIELDS",
    "CUSTOMER_ROW",
    "AssignPolicy",
    "ContactPolicy",
    "CreditTermsPolicy",
    "CustomerPolicy",
    "OfCustomerPolicy",
    "OwnedPolicy",
    "OwnershipPolicy",
    "UnmaskPolicy",
    "VisitPolicy",
    "register_policies",
]


def register_policies() -> None:
    """Called when the app is ready."""
    for module in (customers, deals, market):
        module.register_policies()
