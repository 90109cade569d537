"""Rule parameters that the apps obey: key, type, unit, default, clause text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from salesops.core.registry import Registry


@dataclass(frozen=True)
class RuleParameter:
    """One number (or choice, list, switch) of the handbook.

    ``kind`` is one of ``int``, ``decimal``, ``fraction``, ``money``, ``bool``, ``text``, ``choice``,
    ``int_list`` (rising), ``int_row`` (as many as the default has), ``json``; ``unit`` is a lazy word such as days or %; ``clause`` is the number of the clause
    that the handbook page prints, ``title`` and ``text`` its lazy heading and wording (``{value}`` is put in);
    ``choices`` of a ``text`` are the words for the codes that it lists; ``source`` names the requirement;
    ``chapter`` groups clauses on the page. ``check(value)`` raises ``InvalidInput`` for a value of the right
    type that still makes no sense.
    """

    key: str
    kind: str
    default: Any
    title: Any
    text: Any
    chapter: Any
    clause: str
    unit: Any = ""
    source: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    minimum: Any = None
    maximum: Any = None
    check: Callable[[Any], None] | None = None

    @property
    def source_words(self) -> str:
        """The requirement, or that the value is a convention of the field, in the reader's language."""
        return self.source.replace("conv.", _("convention"))


@dataclass(frozen=True)
class Breach:
    """One row that does not keep a rule: the record, who answers for it, since when, and in which way."""

    label: str
    url: str = ""
    person: Any = None
    since: date | None = None
    detail: Any = ""


@dataclass(frozen=True)
class Measure:
    """How well a rule is kept. ``rows(user, on)`` gives the rows that break it and that ``user`` may see, as a
    queryset or list in a fixed order; ``line(row)`` says one of them."""

    key: str
    rows: Callable[[Any, date], Any]
    line: Callable[[Any], Breach]


rules: Registry[RuleParameter] = Registry("handbook rules")
measures: Registry[Measure] = Registry("handbook measures")
# Roles that a rule binds, by its key; a rule that is not here binds everybody.
bound_roles: dict[str, tuple[str, ...]] = {}


def register_rules(*parameters: RuleParameter, binds: tuple[str, ...] = ()) -> None:
    """Add an app's rules; called from the app's ``ready()`` through its ``handbook.py``.

    ``binds`` names the roles that these rules bind; nobody named means everybody.
    """
    for parameter in parameters:
        rules.register(parameter.key, parameter)
        if binds:
            bound_roles[parameter.key] = binds


def register_measures(*entries: Measure) -> None:
    """Add how rules are measured. Raises ``KeyError`` for a rule that nobody registered."""
    for entry in entries:
        measures.register(rules[entry.key].key, entry)
