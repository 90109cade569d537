"""What a loader sees of a running import: documents, books to look up in, and where results go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.exchange import bulk
from salesops.exchange.models import ImportBatch
from salesops.exchange.registry import ImportKind

B = TypeVar("B", bound="Book")


class RowError(Exception):
    """A row that the rules of its kind refuse; its whole document is left out."""

    def __init__(self, row: Any, column: str, reason: Any) -> None:
        super().__init__(str(reason))
        self.row, self.column, self.reason = row, column, str(reason)


class Refused(Exception):
    """Documents of a chunk that were refused once the chunk was written: the others are tried without them."""

    def __init__(self, errors: Sequence[tuple[Document, RowError]]) -> None:
        super().__init__("; ".join(str(error) for _document, error in errors))
        self.errors = errors


class Document:
    """The rows that form one record; ``rows`` have one attribute per column, ``None`` where empty."""

    __slots__ = ("key", "rows")

    def __init__(self, key: Any, row: Any) -> None:
        self.key = key
        self.rows = [row]

    @property
    def first(self) -> Any:
        return self.rows[0]

    def one(self, column: str) -> Any:
        """The value of a column that must be the same in all rows that give it."""
        found = None
        for row in self.rows:
            value = getattr(row, column)
            if value is None or value == found:
                continue
            if found is not None:
                raise RowError(
                    row,
                    column,
                    _("differs from another row of the same number: %(one)s and %(other)s")
                    % {"one": found, "other": value},
                )
            found = value
        return found


def row_class(names: Sequence[str]) -> type:
    """A compact class for the typed rows of one import."""

    def __init__(self: Any, row_number: int) -> None:
        self.row_number = row_number
        for name in names:
            setattr(self, name, None)

    return type("Row", (), {"__slots__": ("row_number", *names), "__init__": __init__})


@dataclass
class Rejection:
    """Why a row was not loaded."""

    row: int
    column: str
    value: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass
class Outcome:
    """What a chunk, or the whole import, did; counted in records."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    tracked: dict[type[Model], list[int]] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected.extend(other.rejected)
        for model, pks in other.tracked.items():
            self.tracked.setdefault(model, []).extend(pks)


class BatchContext:
    """One run. Books are kept for its length; results are collected per chunk."""

    def __init__(
        self,
        kind: ImportKind,
        *,
        batch: ImportBatch,
        actor: Any,
        at: datetime,
        present: set[str],
        lookups: dict[str, str],
        options: dict[str, Any],
    ) -> None:
        self.kind, self.batch, self.actor, self.at = kind, batch, actor, at
        self.present, self.lookups, self.options = present, lookups, options
        self.today: date = timezone.localdate(at)
        self.outcome = Outcome()
        self.raw: Callable[[int, str], str] = lambda row, column: ""
        self.refusals = 0
        self._books: dict[type, Any] = {}

    def creates(self, *names: str) -> bool:
        """Does the mapping, or else the kind, want missing records of this lookup to be created?"""
        said = {self.lookups[name] for name in names if name in self.lookups}
        if said:
            return "create" in said
        return any(name in self.kind.created_unless_rejected for name in names)

    def book(self, cls: type[B]) -> B:
        """The one book of a class in this run."""
        if cls not in self._books:
            self._books[cls] = cls(self)
        return self._books[cls]

    def forget(self) -> None:
        """Drop what was learnt since a savepoint that is rolled back."""
        for book in self._books.values():
            book.forget()

    def each(self, documents: Iterable[Document], build: Callable[[Document], Any]) -> list[Any]:
        """``build`` for every document; those it refuses by ``RowError`` are rejected, ``None`` is dropped."""
        built = []
        for document in documents:
            try:
                result = build(document)
            except RowError as error:
                self.reject(document, error)
                continue
            if result is not None:
                built.append(result)
        return built

    def reject(self, document: Document, error: RowError) -> None:
        """Reject all rows of a document: the one at fault with its reason, the others because of it."""
        for row in document.rows:
            if row is error.row:
                value = getattr(row, error.column, None) if error.column else None
                self.outcome.rejected.append(
                    Rejection(row.row_number, error.column, "" if value is None else str(value), error.reason)
                )
            else:
                self.outcome.rejected.append(
                    Rejection(row.row_number, "", "", because_of(error.row.row_number))
                )

    def insert(self, objects: Sequence[Model], *, count: bool = False) -> list[int]:
        """Insert and remember new records; ``count`` them as the created records of this kind."""
        pks = bulk.insert(objects)
        self.track(objects)
        if count:
            self.outcome.created += len(pks)
        return pks

    def track(self, objects: Sequence[Model]) -> None:
        """Remember new records of one model, so that undoing the import removes them."""
        if objects:
            self.outcome.tracked.setdefault(type(objects[0]), []).extend(obj.pk for obj in objects)

    def update(self, objects: Sequence[Model], fields: Sequence[str], *, count: bool = True) -> None:
        bulk.update(objects, fields)
        if count:
            self.outcome.updated += len(objects)


def because_of(number: int) -> str:
    return _("row %(row)d of the same record is rejected") % {"row": number}


class Book:
    """Records by what a file calls them; filled set by set, never row by row."""

    def __init__(self, ctx: BatchContext) -> None:
        self.ctx = ctx
        self.known: dict[str, Any] = {}

    def forget(self) -> None:
        self.known.clear()

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        raise NotImplementedError

    def need(self, keys: Iterable[str | None]) -> set[str]:
        """Fetch what is not known yet; the answer is what does not exist."""
        wanted = {key for key in keys if key is not None and key not in self.known}
        if wanted:
            self.known.update(self.fetch(wanted))
        return {key for key in wanted if key not in self.known}

    def get(self, key: str | None) -> Any:
        """The record, or ``None``. A key that ``need`` has not seen is fetched alone."""
        if key is None:
            return None
        if key not in self.known:
            self.need([key])
        return self.known.get(key)
