"""One policy per model of the ledger, by subject."""

from receivables.permissions.collection import register_collection
from receivables.permissions.credit import register_credit
from receivables.permissions.ledger import register_ledger, sees_accounts
from receivables.permissions.statements import register_statements

__all__ = ["register_policies", "sees_accounts"]


def register_policies() -> None:
    """Bind the policies; called once from the app's ``ready()``."""
    register_ledger()
    register_credit()
    register_collection()
    register_statements()
