"""The bell, the workbench card and the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.audit import tracking
from salesops.core.along import along
from salesops.notifications.models import Notification
from salesops.notifications.selectors import UNREAD, unread, unread_count
from salesops.ui.registries import Badge, MenuItem, WorkbenchCard, badges, menu, workbench_cards


def newest(request: Any) -> dict[str, Any] | None:
    """The card of unread notices, hidden when there are none."""
    notices = list(unread(request.user)[:6])
    return {"notices": notices, "count": unread_count(request.user)} if notices else None


def register() -> None:
    menu.register(
        "notifications",
        MenuItem(
            "workbench",
            _("Notifications"),
            "notifications:notification_list",
            Notification,
            order=90,
            icon="bell",
        ),
    )
    along.register("unread", UNREAD)
    badges.register(
        "notifications", Badge(_("Notifications"), "notifications:notification_list", unread_count)
    )
    workbench_cards.register(
        "notifications", WorkbenchCard(_("What is new for me"), "notifications/card.html", newest, order=80)
    )
    tracking.exempt(Notification, "a notice changes only when it is read")
