"""Which items were disputed on a day: by the days of the disputes, so that a past day stays as it was."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef

from receivables.models import Dispute, Receivable

# In statements that name the item ``{alias}`` and bind the day.
DISPUTED_SQL = (
    "EXISTS (SELECT 1 FROM receivables_dispute q WHERE q.receivable_id = {alias}.id "
    "AND q.opened_date <= %(as_of)s AND coalesce(q.resolved_date > %(as_of)s, true))"
)


def disputed_on(item: Receivable, day: date) -> bool:
    """Was the item disputed at the end of a day?"""
    return Dispute.objects.on(day).filter(receivable=item).exists()


def disputed_then(day: date) -> Exists:
    """The same as a condition over rows of receivables."""
    return Exists(Dispute.objects.on(day).filter(receivable=OuterRef("pk")))
