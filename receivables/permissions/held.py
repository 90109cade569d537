"""Drafts and cheques: finance takes them in and settles them; who sees the customer's money sees its papers."""

from __future__ import annotations

from receivables.models import HeldPaper, HeldPaperPart
from receivables.permissions.ledger import MoneyPolicy
from salesops.core.policies import Level, register
from salesops.core.subjects import register_records


class PaperPolicy(MoneyPolicy):
    """A draft or cheque is never edited; it ends once."""

    verbs = {"settle": Level.EDIT}


class PaperPartPolicy(MoneyPolicy):
    """A part is seen with its paper."""

    owner_path = "paper__owner"
    team_path = "paper__team"
    customer_path = "paper__customer"


def register_policies() -> None:
    """Called when the app is ready."""
    register(HeldPaper, PaperPolicy())
    register(HeldPaperPart, PaperPartPolicy())
    register_records(HeldPaper)
