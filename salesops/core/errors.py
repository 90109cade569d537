"""Errors with a sentence for the user: what was refused, why, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Offer:
    """Who can lift a refusal; rooms draw their kinds of it as a button (``ui.registries.releases``)."""


@dataclass(frozen=True)
class ReleaseOffer(Offer):
    """A flow can lift it: the kind of request that asks those who decide, about ``subject``."""

    document_type: str
    subject: Any


@dataclass(frozen=True)
class AskOffer(Offer):
    """No flow lifts a refusal, but people can: drawn as a button that opens a task for the first of them.

    ``title`` says what the task asks for; ``people`` come first, nearest first, then whoever holds one of ``roles``;
    the task hangs on ``subject`` where both may see it.
    """

    title: Any
    people: tuple[Any, ...] = ()
    roles: tuple[str, ...] = ()
    subject: Any = None


class DomainError(Exception):
    """An act that the department's rules refuse.

    ``message`` is a (lazy) translated sentence; ``field`` names the input at fault if there is one;
    ``clause`` is the key of the handbook rule behind the refusal; ``figures`` are the numbers of this case;
    ``way_out`` says what one can do instead,
    ``release`` names the request, or the people, that can lift the refusal. Views answer 409 (or a form error), commands exit 1.
    """

    status = 409

    def __init__(
        self,
        message: Any,
        *,
        field: str = "",
        clause: str = "",
        way_out: Any = "",
        release: Offer | None = None,
        **figures: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.clause = clause
        self.way_out = way_out
        self.release = release
        self.figures = figures

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.message, self.way_out) if part)


class NotAllowed(DomainError):
    """The person may not do this to a row that the person may see (403)."""

    status = 403


class Conflict(DomainError):
    """Somebody else was faster: the row changed since it was read (409)."""


class InvalidInput(DomainError):
    """The input breaks a rule; ``field`` names it."""

    status = 400


class Duplicate(DomainError):
    """The same thing exists already; ``existing`` in the figures is its primary key or number."""
