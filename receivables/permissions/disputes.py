"""Row 'Dunning, dispute' of the permission matrix: a dispute is seen and followed with its item."""

from __future__ import annotations

from receivables.models import Dispute
from receivables.permissions.ledger import DisputePolicy
from salesops.core.policies import Level, register
from salesops.core.subjects import register_records


class DisputeRowPolicy(DisputePolicy):
    """Whoever may write a dispute down follows it and says how it ended; nobody edits what was said."""

    model = None
    owner_path = "receivable__owner"
    team_path = "receivable__team"
    customer_path = "receivable__customer"
    verbs = {"follow": Level.EDIT, "resolve": Level.EDIT}

    def can_edit(self, user: object, obj: object) -> bool:
        return False

    can_change = can_delete = can_edit


def register_policies() -> None:
    """Called when the app is ready."""
    register(Dispute, DisputeRowPolicy())
    register_records(Dispute)
