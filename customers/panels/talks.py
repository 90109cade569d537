"""The daily slot on the workbench, and what this app knows to talk about."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Visit
from customers.panels.visits import VISITING
from customers.selectors.talks import complaints, needs, overview
from customers.talks import TalkReason, Topic, talk_reasons
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, side_by_side, workbench_cards

ROWS = 3


def talks_card(request: Any) -> dict[str, Any] | None:
    """For people who have customers to talk to, or have talked to some today."""
    if not request.user.has_role(*VISITING):
        return None
    card = overview(request.user, on=timezone.localdate(), most=ROWS)
    return card if card["topics"] or card["done"] else None


def register() -> None:
    """Called when the app is ready."""
    talk_reasons.register("customers.needs", TalkReason(Topic.NEEDS, needs))
    talk_reasons.register("customers.complaints", TalkReason(Topic.COMPLAINT, complaints))
    workbench_cards.register(
        "customers.talks",
        WorkbenchCard(
            _("Talks with customers"),
            "customers/card_talks.html",
            talks_card,
            order=61,
            lazy=True,
            roles=VISITING,
        ),
    )
    menu.register(
        "customers.talks",
        MenuItem("customers", _("Talks with customers"), "customers:visit_talks", Visit, "add", (), 36),
    )
    side_by_side("customers.visits", "customers.talks")
