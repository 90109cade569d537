"""What happens to the rows of a file that is merged into another one.

Money rows, confirmed orders and signed contracts never change their customer (triggers hold that), and closed figures
keep the file they were counted for. So the merged file stays as another name of the kept one: its documents stay where
they are and are shown and summed with those of the kept file (``selectors.family_of``), while what people work with
(contacts, addresses, visits, plans) moves over and can be moved back. An app says for each of its foreign keys which
of the two happens; a test asks for every key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from salesops.core.registry import Registry


@dataclass(frozen=True)
class MergeRule:
    """``moves``: rows go over to the kept file; else they stay and are summed (or are history of their own file).

    ``before(keys, kept)`` makes rows fit the kept file and answers what ``after(memo)`` needs to undo that.
    """

    moves: bool
    why: str
    before: Callable[[list[int], Any], Any] | None = None
    after: Callable[[Any], None] | None = None


merge_rules: Registry[MergeRule] = Registry("customers.merge_rules")


def moves(key: str, why: str, **hooks: Any) -> None:
    """``key`` is ``app.Model.field``."""
    merge_rules.register(key, MergeRule(True, why, **hooks))


def stays(key: str, why: str) -> None:
    merge_rules.register(key, MergeRule(False, why))


def model_of(key: str) -> tuple[type[Model], str]:
    label, _dot, field = key.rpartition(".")
    return apps.get_model(label), field
