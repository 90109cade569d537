"""Disputes on the pages of their items, in the menu and on the workbench."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from receivables.models import Dispute, Receivable
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.links import record_url
from salesops.ui.marks import exact_date, pill
from salesops.ui.registries import MenuItem, Panel, WorkbenchCard, menu, panels, workbench_cards
from salesops.ui.templatetags.ui import money

SHOWN = 8


def dispute_pill(dispute: Dispute) -> SafeString:
    """Open, late with its next step, or how it ended."""
    if dispute.resolved_date:
        return pill(dispute.get_resolution_display(), "good")
    late = dispute.next_date and dispute.next_date < timezone.localdate()
    return pill(_("Next step late"), "bad") if late else pill(_("Open"), "attention")


def of_item(request: Any, item: Receivable) -> dict[str, Any] | None:
    """All disputes of an item, the newest first."""
    if not can(request.user, "view", Dispute):
        return None
    rows = list(item.disputes.select_related("follower").order_by("-opened_date", "-pk")[:20])
    for row in rows:
        row.pill = dispute_pill(row)
    return {"rows": rows, "currency": item.currency_id} if rows else None


def card(request: Any) -> dict[str, Any] | None:
    """Open disputes that the person follows, the next step first."""
    found = Dispute.objects.visible_to(request.user).open().filter(follower=request.user)
    rows = found.select_related("receivable", "customer").order_by("next_date", "pk")[:SHOWN]
    lines = [
        {
            "text": row.next_step or row.words,
            "small": f"{row.receivable} · {row.customer}",
            "value": exact_date(row.next_date)
            if row.next_date
            else money(row.amount, row.receivable.currency_id),
            "url": record_url(row),
        }
        for row in rows
    ]
    return {"lines": lines} if lines else None


def line_of(dispute: Dispute, _user: Any) -> str:
    return f"{dispute.customer} · {money(dispute.amount, dispute.receivable.currency_id)}"


def register() -> None:
    """Called when the app is ready."""
    menu.register(
        "receivables.disputes",
        MenuItem("receivables", _("Disputes"), "receivables:dispute_list", Dispute, "view", (), 12),
    )
    panels.register(
        "receivables.disputes",
        Panel(Receivable, _("Disputes"), "receivables/panel_disputes.html", of_item, order=15, later=True),
    )
    workbench_cards.register(
        "receivables.disputes", WorkbenchCard(_("Disputes to follow"), "ui/card_counts.html", card, order=52)
    )
    register_kinds(
        SearchKind(
            Dispute,
            _("Disputes"),
            notes=("words", "next_step", "outcome"),
            line=line_of,
            related=("customer", "receivable"),
            order=56,
            icon="coins",
        )
    )
