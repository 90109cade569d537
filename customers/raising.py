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


raises: Registry[Raise] = Registry("customers.raises")


def raised_from(user: Any, visit: Any) -> list[tuple[Any, str]]:
    """Label and address of what this person may raise from a visit."""
    entries = sorted(raises.items(), key=lambda pair: (pair[1].order, pair[0]))
    return [(entry.label, entry.url(visit)) for _key, entry in entries if entry.allowed(user, visit)]
