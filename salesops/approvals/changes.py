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

from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    hides values from those who may not ``view_sensitive``.
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
            may_request=kind.may_request,
            amount=kind.amount,
            team=kind.team,
            customer=kind.customer,
            others=lambda obj, first, last: 0,  # a limit replaces the one before, it is not added to it
            on_approved=lambda obj, *, request, actor, at: _apply(kind, obj, request, actor=actor, at=at),
            sensitive={**kind.masks, **{f"{n}{BEFORE}": mask for n, mask in kind.masks.items()}},
            clause=kind.clause,
            see_verb=kind.see_verb,
            stale=lambda obj, request: base_moved(kind, obj, request),
        )
    )


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
    lines = {}
    for name, value in changes.items():
        column = _field(obj, name)
        old = getattr(obj, name)
        lines[name] = {
            "old": stored(column, old),
            "new": stored(column, value),
            "old_text": words(column, old),
            "new_text": words(column, value),
        }
    return {"changes": lines, "on": on.isoformat()}


def _field(obj: Model | type[Model], name: str) -> Field[Any, Any]:
    return obj._meta.get_field(name)  # type: ignore[return-value]


def stored(column: Field[Any, Any], value: Any) -> Any:
    """A value as it lies in the payload."""
    if isinstance(column, ForeignKey):
        return value.pk if isinstance(value, Model) else value
    return plain(value)


def words(column: Field[Any, Any], value: Any) -> str:
    if value is None or value == "":
        return "–"
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return str(value)


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
                "old": masked(kind, name, line["old_text"]),
                "now": masked(kind, name, words(column, getattr(obj, name))),
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
