"""The bell, the workbench card and the menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.audit import tracking, verbs
from salesops.core.along import along
from salesops.notifications.models import GroupRobot, Notification, OneTimeLink
from salesops.notifications.selectors import UNREAD, unread, unread_count
from salesops.ui.registries import Badge, MenuItem, WorkbenchCard, badges, menu, side_by_side, workbench_cards


def newest(request: Any) -> dict[str, Any] | None:
    """The card of unread notices, hidden when there are none."""
    notices = list(unread(request.user)[:6])
    return {"notices": notices, "count": unread_count(request.user)} if notices else None


def register() -> None:
    side_by_side("notifications.robots", "notifications.links")
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
    menu.register(
        "notifications.robots",
        MenuItem(
            "administration",
            _("Group robots"),
            "notifications:grouprobot_list",
            GroupRobot,
            order=62,
            icon="send",
        ),
    )
    menu.register(
        "notifications.links",
        MenuItem(
            "administration",
            _("Links for outsiders"),
            "notifications:onetimelink_list",
            OneTimeLink,
            roles=("administrator", "auditor"),
            order=63,
            icon="link",
        ),
    )
    verbs.register(
        {
            "notifications.preferences_saved": _("%(actor)s chose how to be told (%(changes)s changes)"),
            "notifications.robot_added": _("%(actor)s added the group robot %(robot)s"),
            "notifications.robot_changed": _("%(actor)s changed the group robot %(robot)s"),
            "notifications.robot_tested": _("%(actor)s sent a test to the group robot %(robot)s"),
            "notifications.link_issued": _(
                "%(actor)s sent %(recipient)s a link, valid until %(expires_date)s"
            ),
            "notifications.link_used": _("%(recipient)s used the link"),
            "notifications.link_withdrawn": _("%(actor)s withdrew the link of %(recipient)s"),
        }
    )
    badges.register(
        "notifications", Badge(_("Notifications"), "notifications:notification_list", unread_count)
    )
    workbench_cards.register(
        "notifications", WorkbenchCard(_("What is new for me"), "notifications/card.html", newest, order=80)
    )
    tracking.exempt(Notification, "a notice changes only when it is read")
