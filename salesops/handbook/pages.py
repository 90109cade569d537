"""Menu and the sentences of the timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.audit import verbs
from salesops.handbook.models import RuleValue
from salesops.ui.registries import MenuItem, menu


def register() -> None:
    menu.register(
        "handbook",
        MenuItem("handbook", _("Handbook"), "handbook:handbook", RuleValue, order=10, icon="book"),
    )
    verbs.register(
        {
            "handbook.value_set": _("%(actor)s set clause %(clause)s to %(value)s from %(from_date)s"),
            "handbook.value_withdrawn": _("%(actor)s withdrew the value %(value)s from %(from_date)s"),
        }
    )
