"""What has to be true of drafts and cheques."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PAPERS = """
SELECT p.number FROM receivables_heldpaper p LEFT JOIN receivables_receipt r ON r.id = p.receipt_id
WHERE (p.state = 'honoured') <> (r.id IS NOT NULL AND r.reversed_date IS NULL)
   OR r.amount <> p.amount OR r.customer_id <> p.customer_id OR r.currency_id <> p.currency_id
UNION ALL
SELECT p.number FROM receivables_heldpaper p
WHERE p.amount < (SELECT sum(amount) FROM receivables_heldpaperpart x WHERE x.paper_id = p.id)
UNION ALL
SELECT p.number FROM receivables_heldpaper p JOIN receivables_heldpaperpart x ON x.paper_id = p.id
JOIN receivables_receivable i ON i.id = x.receivable_id
WHERE i.customer_id <> p.customer_id OR i.currency_id <> p.currency_id
"""


def register() -> None:
    """Called when the app is ready."""
    from receivables.checks import register_check

    register_check("receivables.papers", _("Drafts and cheques are receipts once they are honoured"), PAPERS)
