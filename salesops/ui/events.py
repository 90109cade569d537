"""Facts that the pages publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class ListExported:
    """``actor`` took ``rows`` rows of ``model`` out of the house, narrowed by ``filters``, as ``format``.

    ``purpose`` is what the person said it is for; asked when the list is sensitive, else empty.
    """

    actor: Any
    model: type[Model]
    filters: dict[str, Any]
    rows: int
    format: str
    purpose: str
    at: datetime


@dataclass(frozen=True)
class SensitiveViewed:
    """``actor`` saw sensitive fields of a record unmasked; ``fields`` are their names."""

    actor: Any
    record: Model
    fields: tuple[str, ...]
    purpose: str
    at: datetime


@dataclass(frozen=True)
class Searched:
    """``actor`` looked for ``query`` in the records of ``model`` (``None``: in all, by the search box).

    ``typing``: it is the beginning of a search, shown under the box while the rest is typed.
    """

    actor: Any
    model: type[Model] | None
    query: str
    at: datetime
    typing: bool = False
