"""What is held back is what was taken from the item; the due date of retention is that of its release."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

HELD = """
SELECT i.number FROM receivables_receivable i
JOIN (SELECT receivable_id, sum(used) AS used, sum(base_amount) AS base FROM receivables_adjustment
      WHERE kind = 'held_back' GROUP BY 1) a ON a.receivable_id = i.id
LEFT JOIN (SELECT retention_of_id, sum(amount) AS amount, sum(base_amount) AS base FROM receivables_receivable
      WHERE retention_of_id IS NOT NULL GROUP BY 1) h ON h.retention_of_id = i.id
WHERE (a.used, a.base) IS DISTINCT FROM (h.amount, h.base)
UNION ALL
SELECT i.number FROM receivables_retentionrelease r JOIN receivables_receivable i ON i.id = r.receivable_id
WHERE r.due_date <> i.due_date OR i.retention_until IS NULL
"""


def register() -> None:
    """Called when the app is ready."""
    from receivables.checks import register_check

    register_check("receivables.retention", _("What is held back was taken from its item"), HELD)
