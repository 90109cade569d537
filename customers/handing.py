"""What can be handed from one person to another; the apps say which records, and how.

An app registers a kind at start::

    hand_kinds.register("customers.deal", HandKind(_("Deals"), Opportunity, rows=…, hand=…))

``rows(person)`` are the open records of a person; ``hand(obj, taker, at=, reason=)`` gives one over, with nothing reset
and history left with who made it. Without ``hand`` the record goes along with its customer: it stays written to the
person of its day (figures do not move) and the pack only makes both sides look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from salesops.core.registry import Registry


@dataclass(frozen=True)
class HandKind:
    label: Any
    model: type[Model]
    rows: Callable[[Any], QuerySet]
    note: Callable[[Any], Any] = lambda obj: ""
    hand: Callable[..., None] | None = None
    order: int = 100


hand_kinds: Registry[HandKind] = Registry("customers.hand_kinds")
