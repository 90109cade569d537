"""Kinds of notice: the sentence and whether mail goes out with it; apps register theirs at start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format

from salesops.calendar.choices import REGIONS
from salesops.core.registry import Registry
from salesops.jobs.registry import jobs

_AMOUNT = re.compile(r"^-?\d+(\.\d+)?$")


@dataclass(frozen=True)
class NoticeKind:
    """``title`` and ``text`` are lazy sentences; ``%(name)s`` in them is filled from the notice's data.

    A value whose name ends in ``date`` is an ISO date and shown in the reader's way. ``mail``: an e-mail goes
    to the recipient too, unless the caller says otherwise. ``tone`` is ``info``, ``attention`` or ``bad``.
    ``urgent`` waits neither for the end of quiet hours nor for the digest. ``label`` is what the kind is called
    where people choose; ``chosen=False``: it is offered nowhere.
    """

    key: str
    title: Any
    text: Any = ""
    mail: bool = False
    tone: str = "info"
    urgent: bool = False
    label: Any = ""
    chosen: bool = True


kinds: Registry[NoticeKind] = Registry("notice kinds")
# What a mail may carry: kind -> (entry, at) -> (file name, content, content type), ``None`` where it cannot be made.
mail_parts: Registry[Callable[[Mapping[str, Any], datetime], tuple[str, bytes, str] | None]] = Registry(
    "mail parts"
)
# How a code in the data of a notice is said: key of the data -> function of its value.
codes: Registry[Callable[[Any], Any]] = Registry("notice codes")


def register_kinds(*entries: NoticeKind) -> None:
    """Add an app's kinds of notice."""
    for entry in entries:
        kinds.register(entry.key, entry)


_HOLE = re.compile(r"%\(\w+\)s")


def kind_label(kind: NoticeKind) -> Any:
    """What a kind is called where it is chosen: its own label, else its sentence without what is filled in last.

    A sentence with a gap in its middle needs a label; a test holds that.
    """
    return kind.label or _HOLE.sub("…", str(kind.title)).rstrip(" …:：")


def choosable() -> list[NoticeKind]:
    """The kinds that people and groups choose from, by their names; the test of a robot is none of them."""
    return sorted((kind for kind in kinds if kind.chosen), key=lambda kind: str(kind_label(kind)))


def words_of(kind: str, data: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a notice in the active language; the kind's name if nobody registers it any more."""
    definition = kinds.get(kind)
    if definition is None:
        return kind, ""
    return sentence(definition.title, data), sentence(definition.text, data) if definition.text else ""


class _Shown(dict[str, Any]):
    """Data that an older notice lacks leave a gap in its sentence, not a hole with a name."""

    def __missing__(self, name: str) -> str:
        return ""


def sentence(template: Any, data: Mapping[str, Any]) -> str:
    """A registered sentence with its data, in the active language."""
    try:
        return str(template) % _Shown({name: _shown(name, value) for name, value in data.items()})
    except (ValueError, TypeError):
        return str(template)


def _shown(name: str, value: Any) -> Any:
    if name in codes:
        return codes[name](value)
    if name == "job" and value in jobs:
        return jobs[value].title
    if name == "region":
        return REGIONS.get(value, value)
    if name.endswith("date") and isinstance(value, str):
        try:
            return date_format(date.fromisoformat(value[:10]), "DATE_FORMAT")
        except ValueError:
            return value
    if name == "amount" and _AMOUNT.match(str(value)):
        return number_format(Decimal(str(value)), use_l10n=True)
    return value
