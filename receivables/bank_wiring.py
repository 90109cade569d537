"""What the bank adds at start: policies, masks of the history, menu and panels."""

from receivables.checks import bank as checks
from receivables.handbook import bank as rules
from receivables.models import BankAccount, BankLine
from receivables.panels import bank as panels
from receivables.permissions import bank as permissions
from receivables.permissions import sees_accounts
from salesops.audit.masking import history_masks


def register() -> None:
    """Called once when the app is ready."""
    permissions.register_policies()
    for model, column in ((BankAccount, "number"), (BankLine, "payer_account"), (BankLine, "balance")):
        history_masks.hide(model, column, unless=sees_accounts)
    rules.register()
    checks.register()
    panels.register()
