"""Who asks for tax invoices, who issues them."""

from __future__ import annotations

from receivables.models import TaxInvoice, TaxInvoiceLine
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records


class TaxInvoicePolicy(Policy):
    """Edit level asks and hands over; approve level, which is finance, issues and takes back."""

    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:edit gm:all:view "
        "finance:all:approve legal:department:view auditor:all:view"
    )
    customer_path = "customer"
    verbs = {
        "issue": Level.APPROVE,
        "red": Level.APPROVE,
        "annul": Level.APPROVE,
        "void": Level.EDIT,
        "deliver": Level.EDIT,
    }

    def can_edit(self, user: object, obj: object) -> bool:
        return False

    can_change = can_delete = can_edit


class TaxLinePolicy(TaxInvoicePolicy):
    """A line is seen with its invoice."""

    verbs = {}
    owner_path = "invoice__owner"
    team_path = "invoice__team"
    customer_path = "invoice__customer"


def register_policies() -> None:
    """Called when the app is ready."""
    register(TaxInvoice, TaxInvoicePolicy())
    register(TaxInvoiceLine, TaxLinePolicy())
    register_records(TaxInvoice)
