"""Tax invoices on paper: what was asked for or issued, for the customer and for the files; the tax invoice is another."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.identifiers import is_abroad
from receivables.choices.tax_invoices import TaxInvoiceKind, TaxInvoiceState
from receivables.models import TaxInvoice
from receivables.selectors.tax_periods import period_words, republic_date
from receivables.services.tax_invoices import TAIWAN
from salesops.core.capitals import capital_words
from salesops.documents.printing import Ask, PrintTemplate, in_languages, register_print
from salesops.ui.templatetags.ui import money

KEY = "receivables.tax_invoice"
LABELS = {
    "kind": _("Kind"),
    "number": _("Invoice number"),
    "code": _("Invoice code"),
    "request": pgettext_lazy("of a tax invoice", "Request"),
    "date": _("Issued on"),
    "period": pgettext_lazy("of a tax invoice", "Period"),
    "buyer": _("Buyer"),
    "tax_number": _("Tax number"),
    "address": _("Address and phone"),
    "bank": _("Bank and account"),
    "item": _("Goods or service"),
    "net": _("Net"),
    "rate": _("Tax rate"),
    "tax": _("Tax"),
    "gross": _("Amount with tax"),
    "total": _("Total"),
    "in_words": _("In words"),
    "contract": _("Contract"),
    "takes_back": _("Takes back"),
    "reason": _("Reason"),
    "copy": _("Copy for the files; it does not replace the tax invoice."),
    "not_issued": _("Not issued yet"),
    "void": pgettext_lazy("of a tax invoice", "Void"),
    "seller_sign": _("Issued by, checked by"),
    "buyer_sign": _("Received by: signature, date"),
    "phone": _("Phone"),
}
TITLES = {
    False: _("Tax invoice (copy)"),
    True: _("Red-letter tax invoice (copy)"),
}
ALLOWANCE = _("Certificate of allowance (copy)")


def invoice(row: TaxInvoice, ask: Ask) -> dict[str, Any]:
    """What the invoice says. Of a Taiwan two-part invoice the tax is inside and stands nowhere by itself."""
    taiwan = row.kind in TAIWAN
    chinese = any(code != "en" for code in ask.languages)
    profile = row.tax_profile
    script = "zh-hant" if taiwan and ask.script != "zh-hans" else ask.script
    inside = row.kind == TaxInvoiceKind.TW_TWO
    lines = [(line, line.net + line.tax) for line in row.lines.order_by("position")]
    return {
        "invoice_lines": lines,
        "inside": inside,
        "span": 1 if inside else 2,
        "profile": profile,
        "kind_words": in_languages(TaxInvoiceKind(row.kind).label, ask.languages),
        "issued": row.state == TaxInvoiceState.ISSUED,
        "void": row.state == TaxInvoiceState.VOID,
        "day": _day(row, ask) if row.issued_date else "",
        "period": period_words(row.issued_date) if taiwan and row.issued_date else "",
        "in_words": capital_words(row.amount, row.currency_id, script) if chinese else "",
        "heading": in_languages(
            ALLOWANCE if taiwan and row.red_of_id else TITLES[bool(row.red_of_id)], ask.languages
        ),
        "customer_name": row.title,
        "amount_text": money(row.amount, row.currency_id),
    }


def _day(row: TaxInvoice, ask: Ask) -> str:
    assert row.issued_date is not None  # noqa: S101 - asked by whoever calls
    if row.kind in TAIWAN and any(code != "en" for code in ask.languages):
        return f"{republic_date(row.issued_date)} ({row.issued_date.isoformat()})"
    return row.issued_date.isoformat()


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            KEY,
            TaxInvoice,
            _("Tax invoice (copy)"),
            "print/tax_invoice.html",
            invoice,
            labels=LABELS,
            abroad=lambda row: is_abroad(row.customer),
            number=lambda row: row.fapiao_no or row.number,
        )
    )
