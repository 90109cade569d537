"""One policy per model of the ledger, by subject."""

from receivables.permissions.ledger import register_policies, sees_accounts

__all__ = ["register_policies", "sees_accounts"]
