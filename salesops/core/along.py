"""What is read together with the person of a request, in one query.

A room registers a scalar SQL subquery in which ``u`` is the row of the person; the sign-in room puts its answer
on the person as ``user.along[key]``. It is read anew at every request and never kept beyond it.
"""

from __future__ import annotations

from typing import Any

from salesops.core.registry import Registry

along: Registry[str] = Registry("core.along")


def read_along(user: Any, key: str) -> Any:
    """The answer that came with the person of this request; ``None`` for people read otherwise."""
    return getattr(user, "along", {}).get(key)
