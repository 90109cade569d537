"""Rows of a file become documents: by their group, by their key, or one each."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.exchange.context import Document, Rejection, because_of
from salesops.exchange.reading import Source
from salesops.exchange.reading.source import find_header
from salesops.exchange.registry import ImportKind


class Seen:
    """Rows that repeat an earlier one in every cell: the same row twice, in a file that numbers its rows."""

    def __init__(self, source: Source, numbered_by: Any) -> None:
        names = [numbered_by] if isinstance(numbered_by, str) else numbered_by
        numbered = any(find_header(source.headers, str(name)) is not None for name in names)
        self.rows: set[bytes] | None = set() if numbered else None

    def again(self, cells: list[Any]) -> bool:
        if self.rows is None:
            return False
        text = "\x1f".join(str(cell).strip() for cell in cells)
        mark = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if mark in self.rows:
            return True
        self.rows.add(mark)
        return False


class Gather:
    """Rows become documents: by the kind's group, else one each; doubles of a key are found.

    Where the mapping adds a column up (``sums``), the rows of a key are one record, and must agree in the rest.
    """

    def __init__(self, kind: ImportKind, duplicates: str, sums: list[str]) -> None:
        if duplicates not in ("reject", "first", "last"):
            raise InvalidInput(
                _("file.duplicates is “reject”, “first” or “last”."), way_out=_("Correct the mapping file.")
            )
        self.kind, self.duplicates, self.sums = kind, duplicates, sums
        self.many = bool(kind.group or sums)
        self.documents: dict[Any, Document] = {}
        self.bad: dict[Any, int] = {}
        self.bad_rows: set[int] = set()
        self.rejected: list[Rejection] = []
        self.names = [column.name for column in kind.columns]

    def add(self, row: Any, *, bad: bool) -> None:
        key = self._key(row)
        if bad:
            if self.many and key is not None:
                self.bad.setdefault(key, row.row_number)
                self.bad_rows.add(row.row_number)
                self._append(key, row)
            return
        if key is None:
            key = row.row_number
        self._append(key, row)

    def _key(self, row: Any) -> Any:
        if self.kind.group:
            return getattr(row, self.kind.group)
        if not self.kind.key:
            return None
        key = tuple(getattr(row, name) for name in self.kind.key)
        return None if all(part is None for part in key) else key

    def _append(self, key: Any, row: Any) -> None:
        document = self.documents.get(key)
        if document is None:
            self.documents[key] = Document(key, row)
        elif self.many:
            document.rows.append(row)
            if (
                self.sums
                and row.row_number not in self.bad_rows
                and document.first.row_number not in self.bad_rows
            ):
                self._agree(document, row)
        else:
            self._double(document, row)

    def _different(self, first: Any, row: Any) -> list[str]:
        names = (name for name in self.names if name not in self.sums)
        return [name for name in names if getattr(first, name) != getattr(row, name)]

    def _agree(self, document: Document, row: Any) -> None:
        """Rows that are added up to one record say the same otherwise; else the record is left out whole."""
        if different := self._different(document.first, row):
            self._differs(document.first, row, different[0])
            self.bad.setdefault(document.key, row.row_number)
            self.bad_rows.add(row.row_number)

    def _double(self, document: Document, row: Any) -> None:
        first = document.first
        different = self._different(first, row)
        if not different or self.duplicates == "first":
            return
        if self.duplicates == "last":
            for name in different:
                if (value := getattr(row, name)) is not None:
                    setattr(first, name, value)
            return
        self._differs(first, row, different[0])

    def _differs(self, first: Any, row: Any, column: str) -> None:
        value = getattr(row, column)
        reason = _("row %(row)d has the same %(key)s with other values") % {
            "row": first.row_number,
            "key": ", ".join(self.kind.key),
        }
        self.rejected.append(Rejection(row.row_number, column, "" if value is None else str(value), reason))

    def finish(self) -> list[Rejection]:
        """Rows that fall with a bad row of their document."""
        told = list(self.rejected)
        for key, number in self.bad.items():
            told.extend(
                Rejection(row.row_number, "", "", because_of(number))
                for row in self.documents[key].rows
                if row.row_number not in self.bad_rows
            )
        return told

    def good(self) -> list[Document]:
        good = [document for key, document in self.documents.items() if key not in self.bad]
        for name in self.sums:
            for document in good:
                parts = [value for row in document.rows if (value := getattr(row, name)) is not None]
                setattr(document.first, name, sum(parts[1:], parts[0]) if parts else None)
        return good
