"""Wiring of plans, retention, disputes and tax invoices at start; called from the app's ``ready()``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contracts.services.plans import billed_lines
from customers.handing import HandKind, hand_kinds
from customers.merging import stays
from receivables import item_jobs, papers_tax
from receivables.checks import retention as retention_checks
from receivables.handbook import items as rules
from receivables.models import Dispute, TaxInvoice
from receivables.panels import disputes as dispute_panels
from receivables.panels import plans as plan_panels
from receivables.panels import tax_invoices as tax_panels
from receivables.permissions import disputes as dispute_rights
from receivables.permissions import tax_invoices as tax_rights
from receivables.selectors.plan_rows import billed_by_line
from receivables.services import retention, tax_invoices
from receivables.services.disputes import hand_dispute
from salesops.ui.marks import amount_of

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
    papers_tax.register()
    _register_handing()
    retention.register_kind()
    retention_checks.register()


def _register_handing() -> None:
    """Disputes go to whoever takes over; tax invoices stay with their customer and are looked at by both sides."""
    hand_kinds.register(
        "receivables.dispute",
        HandKind(
            _("Disputes to follow"),
            Dispute,
            lambda person: Dispute.objects.open().filter(follower=person).order_by("pk"),
            lambda row: f"{row.receivable} · {amount_of(row.amount, row.receivable.currency_id)}",
            hand_dispute,
            order=82,
        ),
    )
    hand_kinds.register(
        "receivables.tax_invoice",
        HandKind(
            _("Tax invoices not handed over yet"),
            TaxInvoice,
            lambda person: TaxInvoice.objects.filter(
                owner=person, state__in=("requested", "approved", "issued"), delivered_date=None, red_of=None
            ).order_by("pk"),
            lambda row: f"{amount_of(row.amount, row.currency_id)} · {row.get_state_display()}",
            order=84,
        ),
    )
