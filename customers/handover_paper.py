"""The hand-over list by kinds, on the page and on paper with places for three signatures (HRM-13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices.handover import ItemState, ThingKind
from customers.handing import hand_kinds
from customers.models import HandOver
from salesops.documents.printing import Ask, PrintTemplate, register_print
from salesops.ui.marks import exact_date

LABELS = {
    "giver": pgettext_lazy("hand-over", "From"),
    "taker": pgettext_lazy("hand-over", "To"),
    "team": _("Team"),
    "reason": _("Reason"),
    "made_on": _("Made on"),
    "gives": _("Who gives"),
    "takes": _("Who takes"),
    "superior": _("Superior"),
    "state": _("State"),
    "sign_giver": _("Who gives: signature, date"),
    "sign_taker": _("Who takes: signature, date"),
    "sign_superior": _("Superior: signature, date"),
}


def groups_of(items: list[Any]) -> list[tuple[Any, list[Any], bool]]:
    """Items by kind, records first: label, items, and whether they only go along with their customer."""
    kinds = sorted(hand_kinds.items(), key=lambda pair: pair[1].order)
    named = [(key, kind.label, kind.hand is None) for key, kind in kinds]
    named += [(key, label, False) for key, label in ThingKind.choices]
    groups = [(label, [item for item in items if item.kind == key], along) for key, label, along in named]
    return [group for group in groups if group[1]]


def say_where_they_stand(items: list[Any]) -> None:
    """Where each record stands, in the reader's language: of today while it waits, else as it was put down."""
    for item in items:
        item.now = item.note
    for key, kind in hand_kinds.items():
        mine = [item for item in items if item.kind == key]
        along = [field.name for field in kind.model._meta.fields if field.name == "customer"]
        rows = kind.model._base_manager.all()
        rows = rows.select_related(*along) if along else rows
        found = rows.in_bulk([item.subject_id for item in mine]) if mine else {}
        for item in mine:
            obj = found.get(item.subject_id)
            settled = item.state in (ItemState.HANDED, ItemState.MOOT)
            note = item.note if obj is None or settled else kind.note(obj)
            item.now = exact_date(note) if isinstance(note, date) else note


def handover_list(pack: HandOver, ask: Ask) -> dict[str, Any]:
    """What the list shows: every item with its signatures and what became of it."""
    items = list(pack.items.select_related("giver_by", "superior_by").order_by("pk"))
    say_where_they_stand(items)
    return {"groups": groups_of(items)}


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            "customers.handover",
            HandOver,
            _("Hand-over list"),
            "print/handover.html",
            handover_list,
            labels=LABELS,
        )
    )
