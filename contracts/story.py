"""Contracts on the timeline of their customer."""

from __future__ import annotations

from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from customers.story import StoryKind, stories


def register() -> None:
    """Called when the app is ready."""
    stories.register(
        "contracts.contract",
        StoryKind(
            _("Contracts"),
            Contract,
            lambda about: about.seen(Contract),
            # a draft stands where it was begun
            day=Coalesce("signed_date", "start_date", TruncDate("created_at")),
            words=lambda contract: contract.subject,
            amount=lambda contract: (contract.amount, contract.currency_id) if contract.amount else None,
            order=30,
        ),
    )
