"""What the rules say on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from salesops.handbook.kept import stored_value, stored_values
from salesops.handbook.models import RuleValue
from salesops.handbook.reading import chapter_key
from salesops.handbook.registry import RuleParameter, rules
from salesops.handbook.values import singular, typed, words, words_with_unit


def rule(key: str, *, on: date) -> Any:
    """The value of a rule in force on a day, typed as registered; its default before the first value.

    A request reads all values once (``kept.py``). Raises ``KeyError`` for a key that no app registered: a typing error must not become a silent default.
    """
    parameter = rules[key]
    return typed(parameter, stored_value(key, on, parameter.default))


def ever_held(key: str) -> list[Any]:
    """Every value that a rule ever had, the one it was delivered with first, each once."""
    parameter = rules[key]
    rows = RuleValue.objects.filter(key=key).order_by("from_date").values_list("value", flat=True)
    return list(
        dict.fromkeys([typed(parameter, parameter.default), *(typed(parameter, row) for row in rows)])
    )


def rules_on(on: date, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """All rules (or the named ones) as they stand on a day, in one query at most."""
    wanted = list(rules) if keys is None else [rules[key] for key in keys]
    stored = stored_values([p.key for p in wanted], on)
    return {p.key: typed(p, stored.get(p.key, p.default)) for p in wanted}


@dataclass(frozen=True)
class Clause:
    """One clause with the value in force on the day asked for, and the next one if it is set already."""

    parameter: RuleParameter
    value: Any
    since: date | None
    next_value: Any = None
    next_from: date | None = None

    @property
    def words(self) -> str:
        return words_with_unit(self.parameter, self.value)

    @property
    def next_words(self) -> str:
        return words_with_unit(self.parameter, self.next_value)

    @property
    def sentence(self) -> str:
        """The clause's wording with the value put in."""
        return clause_sentence(self.parameter, self.value)


@dataclass
class Chapter:
    """A chapter of the handbook page."""

    title: str
    anchor: str
    key: str = ""
    clauses: list[Clause] = field(default_factory=list)


def clause_sentence(parameter: RuleParameter, value: Any) -> str:
    """The wording of a clause, with the value in it, in the active language."""
    return singular(str(parameter.text).replace("{value}", words(parameter, value)))


def chapters(on: date, query: str = "") -> list[Chapter]:
    """The handbook as it stands on a day, by chapters; ``query`` keeps clauses whose words contain it."""
    past: dict[str, RuleValue] = {}
    coming: dict[str, RuleValue] = {}
    for row in RuleValue.objects.order_by("key", "from_date"):
        if row.from_date <= on:
            past[row.key] = row
        else:
            coming.setdefault(row.key, row)
    found: dict[str, Chapter] = {}
    for parameter in rules:
        now, then = past.get(parameter.key), coming.get(parameter.key)
        clause = Clause(
            parameter,
            typed(parameter, now.value if now else parameter.default),
            now.from_date if now else None,
            typed(parameter, then.value) if then else None,
            then.from_date if then else None,
        )
        if _matches(clause, query):
            title = str(parameter.chapter)
            chapter = found.setdefault(
                title, Chapter(title, f"chapter-{len(found) + 1}", chapter_key(parameter))
            )
            chapter.clauses.append(clause)
    for chapter in found.values():
        chapter.clauses.sort(key=lambda c: _natural(c.parameter.clause))
    return list(found.values())


def _matches(clause: Clause, query: str) -> bool:
    text = f"{clause.parameter.clause} {clause.parameter.title} {clause.sentence} {clause.parameter.source}"
    return all(word in text.casefold() for word in query.casefold().split())


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", text)]


@dataclass(frozen=True)
class Past:
    """One value in the history of a clause."""

    row: RuleValue
    words: str
    to_date: date | None
    is_future: bool
    is_current: bool


def history(key: str, *, today: date) -> list[Past]:
    """All values ever set for a rule, newest first, with who set them, why and how long they held."""
    parameter = rules[key]
    answer, later = [], None
    current_seen = False
    for row in RuleValue.objects.filter(key=key).select_related("set_by").order_by("-from_date"):
        future = row.from_date > today
        current = not future and not current_seen
        current_seen = current_seen or current
        answer.append(
            Past(row, words_with_unit(parameter, typed(parameter, row.value)), later, future, current)
        )
        later = row.from_date
    return answer
