"""What a page looks up once: kept from the first question to the end of a request that only reads.

Outside of such requests (acts, jobs, commands, tests of services) nothing is kept, so that what changes meanwhile is
seen at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

T = TypeVar("T")
MOST_KEYS = 20_000  # so many keys are written into a statement; more are better asked for in it
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("looked up by this page", default=None)


def once(name: Hashable, find: Callable[[], T]) -> T:
    """What ``find`` answers; within a reading request it is asked once for each ``name``."""
    kept = _kept.get()
    if kept is None:
        return find()
    if name not in kept:
        kept[name] = find()
    return kept[name]


def is_reading() -> bool:
    """Are we within a request that only reads?"""
    return _kept.get() is not None


@contextmanager
def keeping() -> Iterator[None]:
    """For one question, also outside of such requests, what is looked up is kept."""
    if is_reading():
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


class ReadingMiddleware:
    """Begins and ends what a request that only reads keeps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _kept.set({} if request.method in ("GET", "HEAD") else None)
        try:
            return self.get_response(request)
        finally:
            _kept.reset(token)
