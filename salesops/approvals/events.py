"""Facts about requests; notices are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignatureAsked:
    """Somebody is asked to decide; ``kind`` says why: asked, reminded, escalated."""

    ask_id: int
    at: datetime
    kind: str = "asked"
    people: tuple[int, ...] = ()


@dataclass(frozen=True)
class RequestMoved:
    """A request was decided, returned, withdrawn or became void."""

    request_id: int
    state: str
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class SignatureNotNeeded:
    """Somebody who was asked need not sign any more: who decides has changed."""

    ask_id: int
    person_id: int
    at: datetime


@dataclass(frozen=True)
class StandsIn:
    """A deputy decides from today on; ``asks`` are the signatures that wait already."""

    delegation_id: int
    asks: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class CopySent:
    request_id: int
    person_id: int
    sent_by_id: int | None
    at: datetime
