"""Wiring of plans, retention, disputes and tax invoices at start; called from the app's ``ready()``."""

from __future__ import annotations

from contracts.services.plans import billed_lines
from customers.merging import stays
from receivables import item_jobs
from receivables.checks import retention as retention_checks
from receivables.handbook import items as rules
from receivables.panels import disputes as dispute_panels
from receivables.panels import plans as plan_panels
from receivables.panels import tax_invoices as tax_panels
from receivables.permissions import disputes as dispute_rights
from receivables.permissions import tax_invoices as tax_rights
from receivables.selectors.plan_rows import billed_by_line
from receivables.services import retention, tax_invoices

_POSTED = "posted money never moves; summed with the kept file"


def register() -> None:
    """Policies, rules, jobs, pages."""
    stays("receivables.Dispute.customer", _POSTED)
    billed_lines.register("receivables", billed_by_line)
    dispute_rights.register_policies()
    rules.register()
    item_jobs.register()
    dispute_panels.register()
    plan_panels.register()
    stays("receivables.TaxInvoice.customer", _POSTED)
    tax_rights.register_policies()
    tax_panels.register()
    tax_invoices.register_kind()
    retention.register_kind()
    retention_checks.register()
