"""Wiring of plans, retention, disputes and tax invoices at start; called from the app's ``ready()``."""

from __future__ import annotations

from customers.merging import stays
from receivables import item_jobs
from receivables.handbook import items as rules
from receivables.panels import disputes as dispute_panels
from receivables.permissions import disputes as dispute_rights

_POSTED = "posted money never moves; summed with the kept file"


def register() -> None:
    """Policies, rules, jobs, pages."""
    stays("receivables.Dispute.customer", _POSTED)
    dispute_rights.register_policies()
    rules.register()
    item_jobs.register()
    dispute_panels.register()
