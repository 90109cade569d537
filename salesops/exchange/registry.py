"""What can be imported: one ``ImportKind`` per kind of record, registered by the app that owns the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from salesops.core.registry import Registry

if TYPE_CHECKING:
    from salesops.exchange.context import BatchContext, Document

TYPES = ("text", "date", "datetime", "decimal", "int", "bool", "fraction", "choice", "reference")


@dataclass(frozen=True)
class Column:
    """One canonical column. ``places`` and ``digits`` bound decimals; ``choices`` are (value, label) pairs.

    ``lookup`` names the book in which a reference is looked up ("customer", "owner" …); a mapping may say
    ``create`` for it where the kind allows it.
    """

    name: str
    type: str = "text"
    required: bool = False
    help: Any = ""
    max_length: int = 200
    places: int = 2
    digits: int = 18
    choices: Any = ()
    lookup: str = ""
    aliases: tuple[str, ...] = ()
    gathers: bool = False  # every column of the file that one of the names fits is a part of the text
    defaults: Mapping[str, Any] = field(
        default_factory=dict, hash=False
    )  # options of a mapping, unless one says else
    label: Any = ""  # its name in the reader's language; the canonical name where it has none

    @property
    def shown(self) -> Any:
        return self.label or self.name


@dataclass(frozen=True)
class ImportKind:
    """How rows become records.

    ``group`` is the column whose equal values make several rows one document. ``key`` are the columns that
    recognise a record that is already there. ``prepare`` sees all documents once and fetches or creates what
    they refer to; ``load`` gets them in chunks and writes set by set. ``export`` yields canonical rows.
    ``roles`` may import besides the administrator. ``any_of`` lists columns of which one must be there.
    ``beside(cells)`` knows rows that are no records though they stand in the table: totals, notes, page ends.
    """

    name: str
    title: Any
    columns: tuple[Column, ...]
    load: Callable[[BatchContext, Sequence[Document]], None]
    prepare: Callable[[BatchContext, Sequence[Document]], None] | None = None
    export: Callable[[], Iterator[dict[str, Any]]] | None = None
    group: str = ""
    key: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    creatable: tuple[str, ...] = ()
    created_unless_rejected: tuple[str, ...] = ()  # lookups that are created unless the mapping says reject
    any_of: tuple[tuple[str, ...], ...] = ()
    options: tuple[str, ...] = ()
    beside: Callable[[list[Any]], bool] | None = None
    order: int = 100
    _by_name: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_name.update({column.name: column for column in self.columns})

    def column(self, name: str) -> Column | None:
        return self._by_name.get(name)


import_kinds: Registry[ImportKind] = Registry("import_kinds")

# Models whose rows leave only by an act of their own: (keys, actor=, at=, reason=) -> how many were removed.
_removers: dict[type[Model], Callable[..., int]] = {}


def register_remover(model: type[Model], remove: Callable[..., int]) -> None:
    """How the undo of an import takes rows of ``model`` out; without one they are deleted."""
    _removers[model] = remove


def remover_of(model: type[Model]) -> Callable[..., int] | None:
    return _removers.get(model)


def ordered_kinds() -> list[ImportKind]:
    """All kinds in the order in which a new company would import them."""
    return sorted(import_kinds, key=lambda kind: (kind.order, kind.name))
