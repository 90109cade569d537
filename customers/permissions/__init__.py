"""Who may do what (requirements §I)."""

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
    register_policies,
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
