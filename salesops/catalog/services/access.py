"""The one check in front of every act of this room."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from salesops.core.errors import NotAllowed
from salesops.core.policies import can


def require(actor: Any, verb: str, subject: Model | type[Model]) -> None:
    """Raise ``NotAllowed`` unless ``actor`` may; ``None`` is the system and may everything."""
    if actor is not None and not can(actor, verb, subject):
        raise NotAllowed(
            _("You may not change the catalog."),
            way_out=_("Products and prices are kept by operations, rates, taxes and terms by finance."),
        )


def changed(row: Model, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set ``values`` on ``row``; returns {field: [old, new]} of what differs."""
    differences = {}
    for name, new in values.items():
        old = getattr(row, name)
        if old != new:
            differences[name] = [shown(old), shown(new)]
            setattr(row, name, new)
    return differences


def shown(value: Any) -> Any:
    """A value as the timeline keeps it."""
    return str(value) if isinstance(value, Model) else value
