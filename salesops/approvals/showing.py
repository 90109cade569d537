"""A request as its page shows it: the frozen facts, masked by the reader's rights, and the steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from salesops.accounts.models import Delegation
from salesops.approvals.changes import BEFORE, change_kinds, masked
from salesops.approvals.choices import SIGNED, AskState
from salesops.approvals.models import ApprovalRequest, Ask
from salesops.approvals.people import asked_for, case_of, deputies_for, words_of
from salesops.approvals.registry import document_types
from salesops.core.policies import policy_of

_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_AMOUNT = re.compile(r"^-?\d+(\.\d+)?$")
_MONEY = re.compile(r"^(-?\d+\.\d+) ([A-Z]{3})$")


def may_see_sensitive(user: Any, request: ApprovalRequest) -> bool:
    """Does the record's own policy let this person see its sensitive fields?"""
    model, obj = request.subject_model, request.subject
    if model is None or obj is None:
        return False
    policy = policy_of(model)
    try:
        return policy.can(user, "view_sensitive", obj) and policy.can(user, "view", obj)
    except KeyError:
        return False


def fact_lines(request: ApprovalRequest, user: Any, *, linked: bool = False) -> list[tuple[str, str]]:
    """Label and value of each fact as it was frozen; changed fields are shown by ``change_lines``.

    ``linked``: the page names the record with a link already.
    """
    kind = document_types.get(request.document_type)
    if kind is None:
        return []
    clear = not kind.sensitive or may_see_sensitive(user, request)
    changed = set(request.payload.get("changes", {})) | ({"record"} if linked else set())
    lines = []
    for name in sorted(request.facts, key=place_in(kind.labels)):
        value = request.facts[name]
        if name in changed or name.removesuffix(BEFORE) in changed or value in (None, ""):
            continue
        mask = kind.sensitive.get(name)
        text = shown(value)
        lines.append(
            (str(capfirst(str(kind.labels.get(name, name)))), mask(text) if mask and not clear else text)
        )
    return lines


def place_in(labels: Mapping[str, Any]) -> Callable[[str], int]:
    """The order in which a kind names its facts; the database keeps them in its own."""
    places = {name: place for place, name in enumerate(labels)}
    return lambda name: places.get(name, len(places))


def change_lines(request: ApprovalRequest, user: Any) -> list[tuple[str, str, str]]:
    """Label, old and new text of the fields that wait for a second person."""
    changes, kind = request.payload.get("changes") or {}, change_kinds.get(request.document_type)
    if kind is None:
        return []
    clear = not kind.masks or may_see_sensitive(user, request)

    def text(name: str, value: str) -> str:
        return shown(value) if clear else masked(kind, name, shown(value))

    return [
        (
            str(capfirst(kind.model._meta.get_field(name).verbose_name)),
            text(name, line["old_text"]),
            text(name, line["new_text"]),
        )
        for name, line in changes.items()
    ]


def shown(value: Any) -> str:
    """A kept value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if _DATE.match(text):
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    if found := _MONEY.match(text):
        places = len(found[1].partition(".")[2])
        return f"{number_format(Decimal(found[1]), places, force_grouping=True)} {found[2]}"
    if _AMOUNT.match(text) and ("." in text or len(text) < 16) and not text.startswith("0"):
        number = Decimal(text)
        places = max(-int(number.as_tuple().exponent), 0)
        return number_format(number, 2 if places in (1, 2) else places, force_grouping=True)
    return text


@dataclass
class Signature:
    """One signature of a step: who gives it, since when it waits, who gave it."""

    label: str
    state: str
    people: list[Any] = field(default_factory=list)
    deputies: list[Delegation] = field(default_factory=list)
    who: str = ""
    at: datetime | None = None
    comment: str = ""
    since: datetime | None = None
    due_at: datetime | None = None
    late: bool = False
    added: bool = False

    @property
    def state_label(self) -> str:
        return str(AskState(self.state).label)


@dataclass
class StepLine:
    """A step as done, now or next."""

    name: str
    mode: str
    place: str
    signatures: list[Signature]


def step_lines(request: ApprovalRequest, *, at: datetime) -> list[StepLine]:
    """All steps of the request: what was signed, what waits, and who would be asked then."""
    asks: dict[int, list[Ask]] = {}
    rows = request.asks.prefetch_related(
        "people__person", "decisions__actor", "decisions__for_person"
    ).order_by("round", "position", "pk")
    latest: dict[int, int] = {}
    for ask in rows:
        latest[ask.step] = max(latest.get(ask.step, 0), ask.round)
        asks.setdefault(ask.step, []).append(ask)
    lines = []
    case = case_of(request, on=timezone.localdate(at))
    steps = request.route.steps.prefetch_related("approvers__person").order_by("position", "pk")
    for number, step in enumerate(steps, 1):
        mine = [ask for ask in asks.get(number, []) if ask.round == latest.get(number)]
        if mine:
            signatures = [_signature(ask, request, at=at) for ask in mine]
        else:
            signatures = [
                Signature(str(a), AskState.LATER, [p for p, _via in asked_for(a, case)])
                for a in step.approvers.all()
            ]
        lines.append(
            StepLine(str(step), str(step.get_mode_display()), _place(request, number, signatures), signatures)
        )
    return lines


def _place(request: ApprovalRequest, number: int, signatures: list[Signature]) -> str:
    if any(s.state == AskState.OPEN for s in signatures):
        return "now"
    if any(s.state in (AskState.REJECTED, AskState.RETURNED) for s in signatures):
        return "stopped"
    if signatures and all(s.state in (*SIGNED, AskState.CLOSED) for s in signatures):
        return "done" if any(s.state in SIGNED for s in signatures) else "skipped"
    return "next" if request.is_open else "skipped"


def _signature(ask: Ask, request: ApprovalRequest, *, at: datetime) -> Signature:
    people = [row.person for row in ask.people.all()]
    line = Signature(words_of(ask.label), ask.state, people, added=ask.added_by_id is not None)
    if ask.state == AskState.OPEN:
        line.since, line.due_at = ask.since, ask.due_at
        line.late = bool(ask.due_at and ask.due_at < at)
        found = deputies_for([p.pk for p in people], request.document_type, on=timezone.localdate(at))
        line.deputies = [
            row for rows in found.values() for row in rows if row.deputy_id not in request.barred
        ]
    decided = [d for d in ask.decisions.all() if d.action in ("approved", "counted", "returned", "rejected")]
    if decided:
        line.who, line.at, line.comment = decided[-1].who, decided[-1].at, decided[-1].comment
    return line
