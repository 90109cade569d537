"""What the apps register: jobs, the sentences of their reasons, and the kinds of outgoing messages."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_lazy as _

from salesops.core.registry import Registry

if TYPE_CHECKING:
    from salesops.jobs.models import OutboxMessage
    from salesops.jobs.services.runs import RunResult


class JobFunction(Protocol):
    """The service behind a job: calls ``run_job`` and hands back its result."""

    def __call__(self, business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult: ...


def _daily(day: date) -> bool:
    return True


def _monthly(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _yearly(day: date) -> bool:
    return (day.month, day.day) == (12, 31)


CADENCES: Mapping[str, Callable[[date], bool]] = {"daily": _daily, "monthly": _monthly, "yearly": _yearly}


@dataclass(frozen=True)
class JobDefinition:
    """One job: what it is, when it is due, and the service that does it.

    ``cadence`` is ``daily`` (every day is a business date), ``monthly`` (the last day of each month) or
    ``yearly`` (31 December). A day is due from ``from_time`` on in the company's time zone; with
    ``after_day`` only when the day is over, as a month must be before it is closed. ``strict_order``: a
    failed day holds the later days back. ``automatic=False``: by hand only.
    """

    name: str
    title: Any
    explain: Any
    schedule: Any
    run: JobFunction
    cadence: str = "daily"
    from_time: time = time(6, 0)
    after_day: bool = False
    strict_order: bool = False
    automatic: bool = True

    def last_due(self, now: datetime) -> date:
        """The latest calendar day that may be worked on at ``now`` (local, aware)."""
        day = now.date() if now.time() >= self.from_time else now.date() - timedelta(days=1)
        return day - timedelta(days=1) if self.after_day else day

    def business_dates(self, first: date, until: date) -> Iterator[date]:
        """The job's business dates from ``first`` to ``until``, both included, in order."""
        fits = CADENCES[self.cadence]
        for offset in range((until - first).days + 1):
            if fits(day := first + timedelta(days=offset)):
                yield day

    def latest_date(self, until: date) -> date | None:
        """The newest business date not after ``until``."""
        return next(
            (d for n in range(367) if CADENCES[self.cadence](d := until - timedelta(days=n))),
            None,
        )


jobs: Registry[JobDefinition] = Registry("jobs")
reasons: Registry[Any] = Registry("job reasons")
outbox_kinds: Registry[Callable[..., None]] = Registry("outbox kinds")
# What a kind of message is called, and what one message is about: (title, payload -> words).
outbox_words: Registry[tuple[Any, Callable[[Mapping[str, Any]], Any]]] = Registry("outbox words")
# Kinds whose handler opens its own transactions and may take long: the message is leased, not locked.
leased_kinds: set[str] = set()


def register_outbox(
    kind: str, handler: Callable[..., None], title: Any, about: Callable[[Mapping[str, Any]], Any]
) -> None:
    """Add a kind of outgoing message: who delivers it, what it is called, what one of them is about."""
    outbox_kinds.register(kind, handler)
    outbox_words.register(kind, (title, about))


def message_words(kind: str, payload: Mapping[str, Any], key: str) -> tuple[str, str]:
    """What a message is called and what it is about; its kind and key when nobody registered words."""
    title, about = outbox_words.get(kind) or (kind, lambda _payload: key)
    try:
        return str(title), str(about(payload))
    except (KeyError, TypeError, ValueError):
        return str(title), key


def register_job(definition: JobDefinition) -> JobDefinition:
    """Add a job under its own name."""
    return jobs.register(definition.name, definition)


def register_reasons(sentences: Mapping[str, Any]) -> None:
    """Add reason codes with a lazy sentence; ``%(name)s`` is filled from the item's data."""
    for code, sentence in sentences.items():
        reasons.register(code, sentence)


def reason_sentence(code: str, data: Mapping[str, Any]) -> str:
    """The sentence of a reason code in the active language; the code itself when nobody registered it."""
    sentence = reasons.get(code)
    if sentence is None:
        return code
    try:
        return str(sentence % dict(data))
    except (KeyError, ValueError, TypeError):
        return str(sentence)


def deliver_kind(message: OutboxMessage, *, at: datetime) -> None:
    handler = outbox_kinds.get(message.kind)
    if handler is None:
        raise LookupError(str(_("Nothing here knows how to send “%(kind)s”.") % {"kind": message.kind}))
    handler(message.payload, message=message, at=at)
