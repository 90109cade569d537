"""Tax invoices in the menu, in the search, and on the pages of customer, contract and item."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from receivables.models import Receivable, TaxInvoice
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import MenuItem, Panel, menu, panels, tones
from salesops.ui.templatetags.ui import money

SHOWN = 8


def lines_of(request: Any, invoice: TaxInvoice) -> dict[str, Any]:
    return {"lines": list(invoice.lines.select_related("receivable")), "currency": invoice.currency_id}


def invoices_of(request: Any, record: Any) -> dict[str, Any] | None:
    """The newest tax invoices of a customer, contract or item."""
    if not can(request.user, "view", TaxInvoice):
        return None
    path = {Contract: "contract", Receivable: "lines__receivable"}.get(type(record))
    if path is None:
        found = TaxInvoice.objects.visible_about(request.user, (record.pk,))
    else:
        found = TaxInvoice.objects.visible_to(request.user).filter(
            pk__in=TaxInvoice.objects.filter(**{path: record})
        )
    rows = list(found.order_by("-requested_date", "-pk")[:SHOWN])
    return {"rows": rows} if rows else None


def line_of(invoice: TaxInvoice, _user: Any) -> str:
    return (
        f"{invoice.customer} · {money(invoice.amount, invoice.currency_id)} · {invoice.get_state_display()}"
    )


def register() -> None:
    """Called when the app is ready."""
    menu.register(
        "receivables.tax_invoices",
        MenuItem("receivables", _("Tax invoices"), "receivables:taxinvoice_list", TaxInvoice, "view", (), 16),
    )
    panels.register(
        "receivables.tax_lines",
        Panel(TaxInvoice, _("Lines"), "receivables/panel_tax_lines.html", lines_of, order=10),
    )
    for name, model, order in (
        ("customer", "customers.Customer", 24),
        ("contract", Contract, 25),
        ("item", Receivable, 30),
    ):
        panels.register(
            f"receivables.tax_invoices_of_{name}",
            Panel(
                model,
                _("Tax invoices"),
                "receivables/panel_tax_invoices.html",
                invoices_of,
                order=order,
                later=True,
            ),
        )
    register_kinds(
        SearchKind(
            TaxInvoice, _("Tax invoices"), numbers=("number", "fapiao_no"), line=line_of, related=("customer",),
            order=55, icon="coins",
        )
    )  # fmt: skip
    tones.register(
        TaxInvoice,
        {"requested": "attention", "approved": "info", "issued": "good", "rejected": "bad", "void": "plain"},
    )
