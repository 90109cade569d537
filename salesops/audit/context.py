"""Who acts from where, told to PostgreSQL, so that row history by triggers knows the person.

The values live in the database session, not in a thread: triggers read ``salesops.actor``,
``salesops.address`` and ``salesops.request``. A page that changes something sets them once before the view
and clears them after it; commands and tasks use ``acting_as``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection


def tell_database(actor: Any = None, address: str = "", request_id: str = "") -> None:
    """Set the context of this database session; without arguments, clear it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('salesops.actor', %s, false), set_config('salesops.address', %s, false), "
            "set_config('salesops.request', %s, false)",
            [str(getattr(actor, "pk", None) or ""), address, request_id],
        )


@contextmanager
def acting_as(actor: Any, address: str = "", request_id: str = "") -> Iterator[None]:
    """Changes inside the block are written down as ``actor``'s; ``None`` is the system."""
    tell_database(actor, address, request_id)
    try:
        yield
    finally:
        forget()


def forget() -> None:
    """Clear the context; a session that cannot be cleared is closed rather than left with a name on it."""
    if connection.connection is None or connection.needs_rollback:
        return
    try:
        tell_database()
    except DatabaseError:
        connection.close()
