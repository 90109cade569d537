"""What the apps register: kinds of documents that are approved, and fields that need a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps

from salesops.accounts.delegable import delegable
from salesops.approvals.formats import Format
from salesops.core.policies import can
from salesops.core.registry import Registry

Facts = Mapping[str, Any]


def _nothing(obj: Any, **more: Any) -> None:
    """For documents to which nothing happens by itself."""


@dataclass(frozen=True)
class Counted:
    """Another document of the same customer that is added before a limit is tested."""

    model: str  # app.Model in lower case
    pk: int
    label: str
    day: date
    amount: Decimal


@dataclass(frozen=True)
class DocumentType:
    """A kind of request.

    ``facts(obj, payload)`` are the plain values that conditions test and approvers see, in order; ``labels``
    names each, ``formats`` says how one is read where the plain value is not enough, ``brief`` are the few that
    lists and notices tell. ``amount`` names the fact that thresholds test, in base currency.
    ``others(obj, first, last)`` are the other documents of the same customer on those days (anti-splitting);
    without it the earlier requests are added. ``own_people(obj)`` are people who may not decide besides the applicant,
    ``applicant(obj)`` on whose behalf the request is made, ``team(obj)`` whose heads are asked.
    ``may_request`` is the verb that the requester needs on the record. ``on_approved(obj, request=, actor=,
    at=)`` and its siblings run in the transaction of the decision; an error there undoes it.
    ``sensitive`` are facts shown masked unless the reader may ``view_sensitive`` the record.
    """

    key: str
    model: str
    label: Any
    facts: Callable[[Any, Mapping[str, Any]], Facts]
    labels: Mapping[str, Any]
    formats: Mapping[str, Format] = field(default_factory=dict)
    brief: tuple[str, ...] = ()
    may_request: str = "edit"
    amount: str = ""
    customer: Callable[[Any], int | None] | None = None
    others: Callable[[Any, date, date], Iterable[Counted]] | None = None
    own_people: Callable[[Any], Iterable[int | None]] | None = None
    applicant: Callable[[Any], Any] | None = None
    team: Callable[[Any], Any] | None = None
    on_approved: Callable[..., None] = _nothing
    on_rejected: Callable[..., None] = _nothing
    on_returned: Callable[..., None] = _nothing
    on_ended: Callable[..., None] = _nothing  # withdrawn or void
    sensitive: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    clause: str = ""
    # A verb that roles need to see such requests when only the record leads them there (credit terms, say).
    see_verb: str = ""
    # Why a record cannot be asked for now (not handed in yet, say); "" when it can.
    not_ready: Callable[[Any], str] | None = None
    # Why a pending request no longer fits the record; "" when it does. The default compares the facts.
    stale: Callable[[Any, Any], str] | None = None
    # Routes (``seeds.route``) that a company starts with; ``migrate`` writes them where the kind has no flow yet.
    flow: tuple[Mapping[str, Any], ...] = ()
    # The page where a returned record is mended, in the applicant's hands; "" when there is none.
    mend_url: Callable[[Any], str] | None = None


def hidden_from(user: Any) -> list[str]:
    """Kinds whose requests a person does not see just by seeing the record."""
    return [
        kind.key
        for kind in document_types
        if kind.see_verb and not can(user, kind.see_verb, apps.get_model(kind.model))
    ]


document_types: Registry[DocumentType] = Registry("approvals.document_types")


def register(entry: DocumentType) -> DocumentType:
    """Add a kind of request; it can be delegated from then on, too."""
    delegable.register(entry.key, entry.label)
    return document_types.register(entry.key, entry)


def type_label(key: str) -> str:
    """What a kind of request is called; its key when the program no longer has it."""
    kind = document_types.get(key)
    return str(kind.label) if kind else key
