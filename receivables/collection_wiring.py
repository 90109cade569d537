"""Wiring of collection at start: job and words, hand-over, merging, what money does to a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.handing import HandKind, hand_kinds
from customers.merging import stays
from receivables import handlers_collection, jobs_collection  # noqa: F401
from receivables.models import CollectionCase
from receivables.services.collection import give_case
from salesops.ui.marks import amount_of


def register() -> None:
    """Called from the app's ``ready()``."""
    for name in ("CollectionCase", "Promise", "CollectionOverride"):
        stays(f"receivables.{name}.customer", "closes by itself; its items are chased with the kept file")
    hand_kinds.register(
        "receivables.collection",
        HandKind(
            _("Collection cases"),
            CollectionCase,
            lambda person: CollectionCase.objects.running().filter(owner=person).order_by("pk"),
            lambda case: f"{amount_of(case.overdue_base)} · {case.get_level_display()}",
            order=82,
            hand=give_case,
        ),
    )
    jobs_collection.register()
