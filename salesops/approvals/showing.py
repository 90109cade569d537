"""A request as its page shows it: the frozen facts, masked by the reader's rights, and the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from salesops.accounts.models import Delegation
from salesops.approvals.changes import BEFORE, change_kinds, masked, read_change
from salesops.approvals.choices import SIGNED, AskState
from salesops.approvals.formats import label_of, read_fact
from salesops.approvals.models import ApprovalRequest, Ask, Decision
from salesops.approvals.people import asked_for, case_of, deputies_for, words_of
from salesops.approvals.registry import document_types
from salesops.core.policies import policy_of

MOST_COUNTED = 50


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
        text = read_fact(kind.formats, name, value)
        lines.append((label_of(kind.labels, name), mask(text) if mask and not clear else text))
    return lines


def brief_data(request: ApprovalRequest) -> dict[str, Any]:
    """The few facts of a request that lists, cards, notices and mails tell; nothing that only some may see."""
    kind, change = document_types.get(request.document_type), change_kinds.get(request.document_type)
    if kind is None:
        return {}
    facts = {n: request.facts[n] for n in kind.brief if request.facts.get(n) and n not in kind.sensitive}
    lines = (request.payload.get("changes", {}) if change is not None else {}).items()
    changes = {
        name: {**{w: masked(change, name, line[w]) for w in ("old_text", "new_text")},
               "currency": line.get("currency", "")}
        for name, line in lines
        if change is not None
    }  # fmt: skip
    return {"type": request.document_type, "facts": facts, "changes": changes}


def in_brief(data: Mapping[str, Any]) -> str:
    """What ``brief_data`` kept, in one line and in the reader's language."""
    kind, change = document_types.get(data.get("type", "")), change_kinds.get(data.get("type", ""))
    if kind is None:
        return ""
    parts = []
    for name in sorted(data["facts"], key=place_in(kind.labels)):
        value, label = data["facts"][name], label_of(kind.labels, name)
        text = read_fact(kind.formats, name, value)
        parts.append(label if value is True else _("%(label)s: %(value)s") % {"label": label, "value": text})
    for name, line in data["changes"].items() if change is not None else ():
        label = str(capfirst(change.model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
        old, new = (read_change(change, name, line, which) for which in ("old", "new"))  # type: ignore[arg-type]
        parts.append(_("%(label)s: %(value)s") % {"label": label, "value": f"{old} → {new}"})
    return " · ".join(parts)


def moved_lines(line: Decision, request: ApprovalRequest, user: Any) -> list[tuple[str, str, str]]:
    """Label, value before and after of what was mended before a request was handed in again."""
    kind = document_types.get(request.document_type)
    if kind is None or not line.changes:
        return []
    clear = not kind.sensitive or may_see_sensitive(user, request)

    def said(name: str, value: Any) -> str:
        if value in (None, ""):
            return "–"
        text, mask = read_fact(kind.formats, name, value), kind.sensitive.get(name)
        return mask(text) if mask and not clear else text

    names = [name for name in sorted(line.changes, key=place_in(kind.labels)) if not name.endswith(BEFORE)]
    return [(label_of(kind.labels, n), *(said(n, value) for value in line.changes[n])) for n in names]  # type: ignore[misc]


@dataclass
class CountedLine:
    """A document that was added before the limit was tested; without a record where the reader may not see it."""

    record: Any
    kind: str
    day: date
    amount: Decimal


def counted_lines(request: ApprovalRequest, user: Any) -> list[CountedLine]:
    """The rows behind “together with others of these days”, as they were counted."""
    found = []
    for line in request.counted[:MOST_COUNTED]:
        model = apps.get_model(line["model"])
        row = model._default_manager.filter(policy_of(model).scope(user), pk=line["pk"]).first()
        kind = str(capfirst(model._meta.verbose_name))
        found.append(CountedLine(row, kind, date.fromisoformat(line["day"]), Decimal(line["amount"])))
    return found


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

    def text(name: str, line: Mapping[str, Any], which: str) -> str:
        said = read_change(kind, name, line, which)
        return said if clear else masked(kind, name, said)

    return [
        (
            str(capfirst(kind.model._meta.get_field(name).verbose_name)),
            text(name, line, "old"),
            text(name, line, "new"),
        )
        for name, line in changes.items()
    ]


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
