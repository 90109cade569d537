"""What came back of an order, and the credit notes that give it back (ORD-15)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.choices import OrderState
from orders.models import Order
from receivables.models import CreditNote, Receivable
from receivables.services.return_credits import gross_of
from salesops.core.policies import can
from salesops.ui.registries import Panel, panels

SHOWN = 100


def returns_of(request: Any, order: Order) -> dict[str, Any] | None:
    """Each return with its credit note, or the button that opens one filled in."""
    if order.state != OrderState.SHIPPED or not can(request.user, "view", CreditNote):
        return None
    rows = order.returns.select_related("line__product", "order").prefetch_related(
        "credits__credit_note", "credits__entry__credit_note"
    )
    found = list(rows.order_by("return_date", "pk")[:SHOWN])
    if not found:
        return None
    may = can(request.user, "add", CreditNote)
    item = (
        Receivable.objects.visible_to(request.user).filter(order=order).order_by("pk").first()
        if may
        else None
    )
    lines = []
    for row in found:
        standing = next((credit for credit in row.credits.all() if credit.stands), None)
        gross = gross_of(row)
        typed = {
            "customer": order.customer_id,
            "receivable": item.pk if item is not None else "",
            "amount": gross,
            "currency": order.currency_id,
            "reason": row.reason or _("Return of %(day)s") % {"day": row.return_date.isoformat()},
            "for_return": row.pk,
        }
        url = f"{reverse('receivables:creditnote_create')}?{urlencode(typed)}" if may and not standing else ""
        lines.append({"row": row, "gross": gross, "paper": standing.paper if standing else None, "url": url})
    return {"lines": lines, "currency": order.currency_id}


def register() -> None:
    """Called when the app is ready."""
    panels.register(
        "receivables.returns",
        Panel(
            Order,
            gettext_lazy("Credit notes for returns"),
            "receivables/panel_returns.html",
            returns_of,
            order=32,
        ),
    )
