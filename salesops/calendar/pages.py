"""Menu, the warning on the workbench, the sentences of the timeline."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.audit import verbs
from salesops.calendar.choices import REGIONS
from salesops.calendar.models import CalendarDay, WorkRegime
from salesops.calendar.selectors import default_region, missing_years
from salesops.core.policies import can
from salesops.ui.registries import MenuItem, WorkbenchCard, menu, side_by_side, workbench_cards


def unknown_years(request: Any) -> dict[str, Any] | None:
    """The warning for who keeps the calendar: years whose working days are not known."""
    if not can(request.user, "add", CalendarDay):
        return None
    today = timezone.localdate()
    found = missing_years(today, [default_region(today)])
    return (
        {"years": [(REGIONS.get(region, region), region, year) for region, year in found]} if found else None
    )


def register() -> None:
    menu.register(
        "calendar",
        MenuItem(
            "handbook", _("Working days"), "calendar:calendar_month", CalendarDay, order=30, icon="calendar"
        ),
    )
    menu.register(
        "calendar.hours",
        MenuItem(
            "handbook", _("Working hours"), "calendar:workregime_list", WorkRegime, order=31, icon="clock"
        ),
    )
    side_by_side("calendar", "calendar.hours")
    workbench_cards.register(
        "calendar.unknown",
        WorkbenchCard(_("Working days not known"), "calendar/unknown_card.html", unknown_years, order=16),
    )
    verbs.register(
        {
            "calendar.year_filled": _("%(actor)s filled the working days of %(region)s %(year)s"),
            "calendar.year_confirmed": _("%(actor)s said that the days of %(region)s %(year)s are complete"),
            "calendar.day_set": _("%(actor)s entered %(day)s in %(region)s: %(name)s"),
            "calendar.day_removed": _("%(actor)s removed %(day)s in %(region)s"),
            "calendar.hours_set": _("%(actor)s set working hours %(name)s: %(hours)s"),
        }
    )
