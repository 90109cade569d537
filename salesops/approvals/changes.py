"""Fields that need a second person (DAT-03): which, how a change waits, how it is applied.

An app registers at start a kind of change and the fields it covers; a rule of the handbook (yes/no, with
effective dates) switches each field on and off::

    register_change(
        ChangeKind(
            "customers.tax",
            Customer,
            _("Change of tax number"),
            fields={"tax_number": "customers.second_person_tax"},
            apply=apply_change,
        )
    )
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, DecimalField, Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.approvals.formats import Format, choice, read_fact, yes_or_no
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.routing import plain
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule

BEFORE = "_before"


@dataclass(frozen=True)
class ChangeKind:
    """A group of fields that one flow decides on.

    ``fields`` maps a field to the rule that switches it on. ``apply(obj, values, actor=, at=, request=)`` is
    the app's service that writes the values. ``more_facts(obj, values, on)`` adds facts for the conditions, ``masks``
    hides values from those who may not ``view_sensitive``, ``formats`` says how a value is read,
    ``currency(obj)`` the money that its amounts are in.
    """

    key: str
    model: type[Model]
    label: Any
    fields: Mapping[str, str]
    apply: Callable[..., None]
    may_request: str = "edit"
    masks: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    more_facts: Callable[[Any, Mapping[str, Any], date], Mapping[str, Any]] | None = None
    more_labels: Mapping[str, Any] = field(default_factory=dict)
    amount: str = ""
    team: Callable[[Any], Any] | None = None
    customer: Callable[[Any], int | None] | None = None
    clause: str = ""
    see_verb: str = ""
    formats: Mapping[str, Format] = field(default_factory=dict)
    currency: Callable[[Any], str] | None = None  # of the record's amounts
    mend_url: Callable[[Any], str] | None = None


change_kinds: Registry[ChangeKind] = Registry("approvals.change_kinds")


def register_change(kind: ChangeKind) -> None:
    """Add a kind of change and the document type that approves it."""
    change_kinds.register(kind.key, kind)
    labels: dict[str, Any] = {"record": gettext_lazy("record")}
    for name in kind.fields:
        title = kind.model._meta.get_field(name).verbose_name
        labels |= {name: title, f"{name}{BEFORE}": gettext_lazy("until now")}
    register(
        DocumentType(
            kind.key,
            kind.model._meta.label,
            kind.label,
            facts=lambda obj, payload: _facts(kind, obj, payload),
            labels={**labels, **kind.more_labels},
            formats=_formats(kind),
            may_request=kind.may_request,
            amount=kind.amount,
            team=kind.team,
            customer=kind.customer,
            others=lambda obj, first, last: (),  # a limit replaces the one before, it is not added to it
            on_approved=lambda obj, *, request, actor, at: _apply(kind, obj, request, actor=actor, at=at),
            sensitive={**kind.masks, **{f"{n}{BEFORE}": mask for n, mask in kind.masks.items()}},
            clause=kind.clause,
            see_verb=kind.see_verb,
            stale=lambda obj, request: base_moved(kind, obj, request),
            mend_url=kind.mend_url,
        )
    )


def _formats(kind: ChangeKind) -> dict[str, Format]:
    """Of each field now and before: its own format, the labels of its choices, else as any fact is read."""
    found: dict[str, Format] = dict(kind.formats)
    for name in kind.fields:
        column = _field(kind.model, name)
        choices = getattr(column, "flatchoices", ())
        if choices and name not in found:
            found[name] = choice(choices)
        elif isinstance(column, BooleanField):
            found.setdefault(name, yes_or_no)
    return {**found, **{f"{name}{BEFORE}": found[name] for name in kind.fields if name in found}}


def kind_for(model: type[Model], name: str, *, on: date) -> ChangeKind | None:
    """The kind of change that decides on a field today; ``None``: nobody has to look at it."""
    for kind in change_kinds:
        if kind.model is model and name in kind.fields and rule(kind.fields[name], on=on):
            return kind
    return None


def sort_changes(
    obj: Model, changes: Mapping[str, Any], *, on: date
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What may be written at once, and what waits, by kind of change; equal values are left out."""
    direct: dict[str, Any] = {}
    waiting: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        if getattr(obj, name) == value:
            continue
        kind = kind_for(type(obj), name, on=on)
        if kind is None:
            direct[name] = value
        else:
            waiting.setdefault(kind.key, {})[name] = value
    return direct, waiting


def payload_of(obj: Model, changes: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Old and new values as they are kept with the request, and as people read them."""
    lines, kinds = (
        {},
        {name: kind for kind in change_kinds for name in kind.fields if kind.model is type(obj)},
    )
    for name, value in changes.items():
        column = _field(obj, name)
        old = getattr(obj, name)
        lines[name] = {
            "old": stored(column, old),
            "new": stored(column, value),
            "old_text": words(column, old),
            "new_text": words(column, value),
            "currency": _currency(kinds.get(name), obj, column),
        }
    return {"changes": lines, "on": on.isoformat()}


def _currency(kind: ChangeKind | None, obj: Model, column: Field[Any, Any]) -> str:
    is_money = isinstance(column, DecimalField) and kind is not None and kind.currency is not None
    return kind.currency(obj) if is_money and kind and kind.currency else ""


def _field(obj: Model | type[Model], name: str) -> Field[Any, Any]:
    return obj._meta.get_field(name)  # type: ignore[return-value]


def stored(column: Field[Any, Any], value: Any) -> Any:
    """A value as it lies in the payload."""
    if isinstance(column, ForeignKey):
        return value.pk if isinstance(value, Model) else value
    return plain(value)


def words(column: Field[Any, Any], value: Any) -> str:
    """A value as text; a code stays one, so that everybody reads it in the own language."""
    return "–" if value is None or value == "" else str(value)


def read_change(kind: ChangeKind, name: str, line: Mapping[str, Any], which: str) -> str:
    """The old or new value of a line of the payload in words."""
    text, currency = str(line[f"{which}_text"]), line.get("currency", "")
    return read_fact(_formats(kind), name, f"{text} {currency}" if currency and text != "–" else text)


def read(column: Field[Any, Any], value: Any) -> Any:
    """The value behind what lies in the payload."""
    if isinstance(column, ForeignKey):
        return column.related_model._base_manager.filter(pk=value).first() if value is not None else None
    return column.to_python(value)


def _facts(kind: ChangeKind, obj: Model, payload: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"record": str(obj)}
    changes = payload.get("changes", {})
    for name, line in changes.items():
        facts[f"{name}{BEFORE}"] = line["old_text"]
        facts[name] = line["new_text"]
    if kind.more_facts is not None:
        values = {name: read(_field(obj, name), line["new"]) for name, line in changes.items()}
        facts |= kind.more_facts(obj, values, date.fromisoformat(payload["on"]))
    return facts


def base_moved(kind: ChangeKind, obj: Model, request: ApprovalRequest) -> str:
    """Why the change no longer starts from what is saved; "" when it does."""
    for name, line in request.payload.get("changes", {}).items():
        column = _field(obj, name)
        now = stored(column, getattr(obj, name))
        if str(now) != str(line["old"]):
            return _("%(field)s has been changed meanwhile, from %(old)s to %(now)s.") % {
                "field": capfirst(column.verbose_name),
                "old": masked(kind, name, read_change(kind, name, line, "old")),
                "now": masked(
                    kind,
                    name,
                    read_change(kind, name, {**line, "old_text": words(column, getattr(obj, name))}, "old"),
                ),
            }
    return ""


def masked(kind: ChangeKind, name: str, text: str) -> str:
    mask = kind.masks.get(name)
    return mask(text) if mask and text != "–" else text


def _apply(kind: ChangeKind, obj: Model, request: ApprovalRequest, *, actor: Any, at: datetime) -> None:
    lines = request.payload.get("changes", {})
    values = {name: read(_field(obj, name), line["new"]) for name, line in lines.items()}
    kind.apply(obj, values, actor=actor, at=at, request=request)


def waiting_changes(
    requests: Iterable[ApprovalRequest],
) -> list[tuple[ApprovalRequest, list[tuple[str, Any, Any]]]]:
    """For requests that change fields: name, old and new text of each line."""
    return [
        (row, [(name, line["old_text"], line["new_text"]) for name, line in row.payload["changes"].items()])
        for row in requests
        if row.payload.get("changes")
    ]
