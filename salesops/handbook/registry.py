"""Rule parameters that the apps obey: key, type, unit, default, clause text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from salesops.core.registry import Registry


@dataclass(frozen=True)
class RuleParameter:
    """One number (or choice, list, switch) of the handbook.

    ``kind`` is one of ``int``, ``decimal``, ``fraction``, ``money``, ``bool``, ``text``, ``choice``,
    ``int_list``, ``json``; ``unit`` is a lazy word such as days or %; ``clause`` is the number of the clause
    that the handbook page prints, ``title`` and ``text`` its lazy heading and wording (``{value}`` is put in);
    ``source`` names the requirement; ``chapter`` groups clauses on the page. ``check(value)`` raises
    ``InvalidInput`` for a value of the right type that still makes no sense.
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


rules: Registry[RuleParameter] = Registry("handbook rules")


def register_rules(*parameters: RuleParameter) -> None:
    """Add an app's rules; called from the app's ``ready()`` through its ``handbook.py``."""
    for parameter in parameters:
        rules.register(parameter.key, parameter)
