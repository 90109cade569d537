"""Words that refusals share: what the figures of a case are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.ui.registries import refusal_labels

LABELS = {
    "amount": _("Amount"),
    "limit": _("Limit"),
    "left": _("Left"),
    "open": _("Open amount"),
    "most": _("At most"),
    "discount": _("Discount"),
    "price": _("Price"),
    "floor": _("Floor price"),
    "exposure": _("Exposure"),
    "overdue": _("Overdue amount"),
    "days": _("Days"),
    "late": _("Days late"),
    "date": _("Date"),
    "earliest": _("Earliest day"),
    "latest": _("Latest day"),
    "alike": _("Files alike"),
    "taken": _("So far"),
    "minutes": pgettext_lazy("time", "Minutes"),
    "files": _("Number of files"),
    "megabytes": _("MB"),
    "missing": _("Still missing"),
    "roles": _("Roles"),
    "period": _("Period"),
}


def register() -> None:
    for name, label in LABELS.items():
        refusal_labels.register(name, label)
