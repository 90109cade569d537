"""Which items are retention on a day: from their posting until they are released. A past day stays as it was."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from receivables.models import RetentionRelease

# In statements that name the item ``{alias}`` and bind the day.
HELD_SQL = (
    "({alias}.retention_until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM receivables_retentionrelease z "
    "WHERE z.receivable_id = {alias}.id AND z.date <= %(as_of)s))"
)


def held_then(day: date) -> Q:
    """The same as a condition over rows of receivables."""
    released = RetentionRelease.objects.filter(receivable=OuterRef("pk"), date__lte=day)
    return Q(retention_until__isnull=False) & ~Exists(released)
