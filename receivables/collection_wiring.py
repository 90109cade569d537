"""Wiring of collection at start: job and words, hand-over, merging, what money does to a case."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.handing import HandKind, hand_kinds
from customers.merging import stays
from receivables import handlers_collection, jobs_collection, papers_collection  # noqa: F401
from receivables.holding import hold_sources
from receivables.models import CollectionCase
from receivables.services import plans
from receivables.services.collection import give_case
from receivables.services.collection_effects import SOURCE
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
            lambda case: (
                f"{amount_of(case.overdue_base, settings.BASE_CURRENCY)} · {case.get_level_display()}"
            ),
            order=82,
            hand=give_case,
        ),
    )
    jobs_collection.register()
    papers_collection.register()
    plans.register_kind()
    hold_sources.register(SOURCE, _("Collection"))
