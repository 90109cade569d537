"""The event bus: lower apps publish facts, upper apps react in the same transaction.

An event is a frozen dataclass of an app's ``events.py``. Handlers are idempotent and run in the order of
subscription; a handler that raises undoes the whole act, because nothing may be half done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler for one event type; used as a decorator in ``handlers.py``."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _handlers[event_type]:
            _handlers[event_type].append(handler)
        return handler

    return register


def publish(event: object) -> None:
    """Call every handler of the event's type, inside the caller's transaction."""
    for handler in _handlers[type(event)]:
        handler(event)
