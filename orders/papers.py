"""The order on paper: order confirmation in one language or two."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.identifiers import is_abroad
from customers.selectors import bill_to
from orders.choices import OrderState
from orders.models import Order
from orders.panels import lines_of
from salesops.core.capitals import capital_words
from salesops.documents.printing import Ask, PrintTemplate, register_print
from salesops.ui.templatetags.ui import money

LABELS = {
    "number": _("Number"),
    "customer": _("Customer"),
    "address": _("Address"),
    "tax_number": _("Tax number"),
    "invoice_to": _("Invoice to"),
    "ship_to": _("Ship to"),
    "ordered_on": _("Ordered on"),
    "customer_po": _("Customer's order number"),
    "contract": _("Contract"),
    "promised_for": _("Promised for"),
    "payment_terms": _("Payment terms"),
    "contact": _("Contact"),
    "draft": _("Draft: not binding"),
    "product": _("Product"),
    "quantity": _("Quantity"),
    "price": _("Unit price"),
    "discount": _("Discount"),
    "net": _("Net"),
    "tax": _("Tax"),
    "amount": _("Amount"),
    "sum": _("Sum of the lines"),
    "freight": _("Freight"),
    "total": _("Total"),
    "in_words": _("In words"),
    "remarks": _("Remarks"),
    "for_us": _("For us: signature, seal, date"),
    "for_customer": _("For the customer: signature, seal, date"),
    "phone": _("Phone"),
    "bank": _("Bank and account"),
}


def confirmation(order: Order, ask: Ask) -> dict[str, Any]:
    """What the order confirmation shows."""
    lines = lines_of(order)
    discounts = any(line.discount for line in lines)
    span = 5 if discounts else 4
    chinese = any(code != "en" for code in ask.languages)
    return {
        "order_lines": lines,
        "discounts": discounts,
        "span": span,
        "span_but_one": span + 2,
        "lines_total": order.net + order.tax,
        "terms": order.payment_term,
        "draft": order.state == OrderState.DRAFT,
        "in_words": capital_words(order.total, order.currency_id, ask.script) if chinese else "",
        "customer_name": order.customer.name,
        "bill": bill_to(order.customer, on=order.order_date, profile=order.tax_profile),
        "amount_text": money(order.total, order.currency_id),
    }


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            "orders.confirmation",
            Order,
            _("Order confirmation"),
            "print/order.html",
            confirmation,
            labels=LABELS,
            abroad=lambda order: is_abroad(order.customer),
        )
    )
