"""What can be raised from a visit and is then followed to its end elsewhere (VIS-04).

Apps register here at start: a complaint (orders), a market observation, a product demand. ``url(visit)`` leads
to the form that makes it, with the visit as its source.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from salesops.core.registry import Registry


@dataclass(frozen=True)
class Raise:
    """An entry of "Raise from this visit"; shown where ``allowed(user, visit)``."""

    label: Any
    url: Callable[[Any], str]
    allowed: Callable[[Any, Any], bool] = lambda user, visit: True
    order: int = 100


@dataclass(frozen=True)
class Raised:
    """What was raised from a visit: its kind, the record with its state, and the answer or who works on it."""

    label: Any
    record: Any
    url: str
    answer: Any = ""


# ``rows(user, visit)``: what was raised and may be seen; apps above register theirs (tickets).
raised_kinds: Registry[Callable[[Any, Any], list[Raised]]] = Registry("customers.raised")
raises: Registry[Raise] = Registry("customers.raises")


def raised_from(user: Any, visit: Any) -> list[tuple[Any, str]]:
    """Label and address of what this person may raise from a visit."""
    entries = sorted(raises.items(), key=lambda pair: (pair[1].order, pair[0]))
    return [(entry.label, entry.url(visit)) for _key, entry in entries if entry.allowed(user, visit)]


def followed(user: Any, visit: Any) -> list[Raised]:
    """All that was raised from a visit, to be followed to its end."""
    return [row for _key, rows in sorted(raised_kinds.items()) for row in rows(user, visit)]
