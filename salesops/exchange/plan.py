"""From source cells to typed rows: which column comes from where, parsed how, and which rows to skip."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.exchange.aliases import suggest
from salesops.exchange.context import Rejection, row_class
from salesops.exchange.mapping import Mapping
from salesops.exchange.reading import BadRow, Source, open_source
from salesops.exchange.reading.source import find_header, twins
from salesops.exchange.registry import Column, ImportKind
from salesops.exchange.values import EMPTY, BadValue, parser_for

_MEMO_LIMIT = 300_000


_HEADER_WITHIN = 15


def source_for(kind: ImportKind, path: Path, mapping: Mapping) -> Source:
    """The file under the row that names its columns: the first, or one below a title. Raises ``InvalidInput``."""
    source = open_source(path, file=mapping.file, join=mapping.join)
    if "header_row" in mapping.file:
        return source
    try:
        Plan(kind, source, mapping)
    except InvalidInput:
        for row in range(2, _HEADER_WITHIN + 1):
            if lower := _below(kind, path, mapping, row):
                return lower
    return source


def _below(kind: ImportKind, path: Path, mapping: Mapping, row: int) -> Source | None:
    try:
        source = open_source(path, file={**mapping.file, "header_row": row}, join=mapping.join)
        Plan(kind, source, mapping)
    except InvalidInput:
        return None
    return source


class _Cell:
    """Reads one canonical column of a row, remembering texts it has parsed before."""

    def __init__(self, column: Column, indexes: list[int], options: dict[str, Any], header: str) -> None:
        self.column, self.indexes, self.header = column, indexes, header
        self.separator = str(options.get("separator", " "))
        self.empty = EMPTY | set(options.get("empty", ()))
        self.parse = parser_for(column, options)
        self.memo: dict[Any, Any] = {}
        self.twins: list[int] = []  # other columns of the same name

    def raw(self, cells: list[Any]) -> Any:
        if len(self.indexes) == 1:
            return cells[self.indexes[0]]
        parts = [str(cells[index]).strip() for index in self.indexes]
        return self.separator.join(part for part in parts if part not in self.empty)

    def read(self, cells: list[Any]) -> Any:
        raw = self.raw(cells)
        for twin in self.twins:
            if str(cells[twin]).strip() != str(raw).strip():
                raise BadValue(
                    _("two columns “%(column)s” differ: %(other)s")
                    % {"column": self.header, "other": _shown(cells[twin])}
                )
        try:
            return self.memo[raw]
        except KeyError:
            value = self.parse(raw)
            if len(self.memo) < _MEMO_LIMIT:
                self.memo[raw] = value
            return value


class _Product(_Cell):
    """Reads a column that the file does not have as the product of others: quantity x price x (1 - discount)."""

    def __init__(
        self, column: Column, indexes: list[int], options: dict[str, Any], header: str, less: list[bool]
    ) -> None:
        super().__init__(column, indexes, options, header)
        given = {name: value for name, value in options.items() if name in ("decimal", "thousands", "empty")}
        self.whole = parser_for(column, {name: value for name, value in options.items() if name == "scale"})
        self.factors = [
            (parser_for(Column(column.name, kind, places=10, digits=30), given), kind == "fraction")
            for kind in ("fraction" if one else "decimal" for one in less)
        ]

    def raw(self, cells: list[Any]) -> Any:
        return " x ".join(str(cells[index]).strip() for index in self.indexes)

    def read(self, cells: list[Any]) -> Any:
        result = Decimal(1)
        for (parse, less), index in zip(self.factors, self.indexes, strict=True):
            factor = parse(cells[index])
            if factor is None:
                if not less:
                    return None
                factor = Decimal(0)
            result *= 1 - factor if less else factor
        return self.whole(format(result, "f"))


class Plan:
    """How the rows of one source become typed rows of one kind. Raises ``InvalidInput`` when it cannot."""

    def __init__(self, kind: ImportKind, source: Source, mapping: Mapping) -> None:
        self.kind, self.source, self.mapping = kind, source, mapping
        self.cells: list[tuple[str, _Cell]] = []
        self.constants: list[tuple[str, Any]] = []
        columns = mapping.columns if mapping.explicit else suggest(kind, source.headers, mapping)
        for name, options in columns.items():
            if cell := self._cell(name, options):
                self.cells.append((name, cell))
        for name, value in mapping.constants.items():
            if name not in columns:
                self.constants.append((name, self._constant(name, value)))
        self.present = {name for name, _cell in self.cells} | {name for name, _value in self.constants}
        self._check_required()
        self.required = [column.name for column in kind.columns if column.required]
        self.skips = self._skips()
        self.row = row_class([column.name for column in kind.columns])

    def _cell(self, name: str, options: dict[str, Any]) -> _Cell | None:
        """How a canonical column is read; ``None`` when it is optional and the file has nothing for it."""
        if parts := options.get("multiply"):
            return self._product(name, parts, options)
        indexes = self._indexes(name, options)
        if not indexes:
            return None
        headers = self.source.headers
        empty = [*self.mapping.file.get("empty", ()), *options.get("empty", ())]
        column = self._column(name)
        cell = _Cell(
            column,
            indexes,
            {**column.defaults, **options, "empty": empty},
            " + ".join(headers[i] for i in indexes),
        )
        if len(indexes) == 1:
            cell.twins = twins(headers, indexes[0])
        return cell

    def _column(self, name: str) -> Column:
        return next(column for column in self.kind.columns if column.name == name)  # the mapping was checked

    def _product(self, name: str, parts: list[str], options: dict[str, Any]) -> _Cell:
        names = [part.strip().removeprefix("1 - ") for part in parts]
        indexes = [self._first(part) for part in names]
        if None in indexes:
            raise self._no_column(name, names[indexes.index(None)])
        options = {**options, "empty": [*self.mapping.file.get("empty", ()), *options.get("empty", ())]}
        less = [part.strip().startswith("1 - ") for part in parts]
        return _Product(self.kind.column(name), indexes, options, " x ".join(parts), less)  # type: ignore[arg-type]

    def _indexes(self, name: str, options: dict[str, Any]) -> list[int]:
        """The source columns: of ``column`` the first spelling that the file has, else the parts to join."""
        wanted = options.get("column", [])
        if (index := self._first(wanted)) is not None:
            return [index]
        found = []
        for part in options.get("concat", ()):
            index = self._first(part)
            if index is None and not options.get("optional"):
                raise self._no_column(name, part)
            if index is not None:
                found.append(index)
        if not found and not options.get("optional"):
            raise self._no_column(name, wanted)
        return found

    def _first(self, wanted: Any) -> int | None:
        """Position of one source column, or of the first of several spellings that the file has."""
        spellings = [wanted] if isinstance(wanted, str) else wanted
        places = (find_header(self.source.headers, str(spelling)) for spelling in spellings)
        return next((place for place in places if place is not None), None)

    def _no_column(self, name: str, wanted: Any) -> InvalidInput:
        return InvalidInput(
            _("%(file)s has no column “%(column)s”, which the mapping names for %(name)s.")
            % {
                "file": self.source.path.name,
                "column": wanted if isinstance(wanted, str) else " | ".join(map(str, wanted)),
                "name": name,
            },
            way_out=_("Its columns are: %(headers)s.") % {"headers": ", ".join(self.source.headers)},
        )

    def _constant(self, name: str, value: Any) -> Any:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        try:
            column = self._column(name)
            return parser_for(column, dict(column.defaults))(text)
        except BadValue as error:
            raise InvalidInput(
                _("The constant for %(name)s, “%(value)s”, cannot be used: %(reason)s.")
                % {"name": name, "value": value, "reason": error},
                way_out=_("Correct the mapping file."),
            ) from None

    def _check_required(self) -> None:
        missing = [c.name for c in self.kind.columns if c.required and c.name not in self.present]
        missing += [
            " | ".join(names) for names in self.kind.any_of if not any(name in self.present for name in names)
        ]
        if missing:
            raise InvalidInput(
                _("%(file)s lacks what every row of %(kind)s needs: %(missing)s.")
                % {
                    "file": self.source.path.name,
                    "kind": self.kind.name,
                    "missing": ", ".join(missing),
                },
                way_out=_(
                    "Name the columns so, or say in a mapping where they come from. Found: %(headers)s."
                )
                % {"headers": ", ".join(self.source.headers)},
            )

    def _skips(self) -> list[tuple[_Cell, Callable[[Any], bool]]]:
        rules = []
        cells = dict(self.cells)
        for name, rule in self.mapping.skip.items():
            cell = self._skip_cell(name, rule) if "column" in rule else cells.get(name)
            if cell is not None:
                rules.append((cell, _skip_rule(cell, rule)))
        return rules

    def _skip_cell(self, name: str, rule: dict[str, Any]) -> _Cell:
        """A column of the file that is none of ours, such as the state of an order."""
        index = self._first(rule["column"])
        if index is None:
            raise self._no_column(f"skip.{name}", rule["column"])
        numbers = "less_than" in rule or "more_than" in rule
        column = Column(name, "decimal", places=6) if numbers else Column(name, max_length=100_000)
        return _Cell(
            column, [index], {"empty": self.mapping.file.get("empty", ())}, self.source.headers[index]
        )

    def unused(self) -> list[str]:
        """Columns that were guessed to mean nothing here; who wrote a mapping has seen them."""
        if self.mapping.explicit:
            return []
        used = {index for _name, cell in self.cells for index in (*cell.indexes, *cell.twins)}
        return [name for index, name in enumerate(self.source.headers) if name and index not in used]

    def skipped(self, cells: list[Any]) -> bool:
        """Does the mapping want this row left out?"""
        return any(rule(cell.raw(cells)) for cell, rule in self.skips)

    def typed(self, number: int, cells: list[Any]) -> tuple[Any, list[Rejection]]:
        """The typed row and what is wrong with it."""
        row = self.row(number)
        wrong = []
        for name, cell in self.cells:
            try:
                setattr(row, name, cell.read(cells))
            except BadValue as error:
                wrong.append(Rejection(number, name, _shown(cell.raw(cells)), str(error)))
        for name, value in self.constants:
            setattr(row, name, value)
        named = {rejection.column for rejection in wrong}
        for name in self.required:
            if getattr(row, name) is None and name not in named:
                wrong.append(Rejection(number, name, "", _("is required and empty")))
        for names in self.kind.any_of:
            if all(getattr(row, name) is None for name in names) and not named.intersection(names):
                wrong.append(Rejection(number, names[0], "", _("is required and empty")))
        return row, wrong


def _skip_rule(cell: _Cell, rule: dict[str, Any]) -> Callable[[Any], bool]:
    equals = {str(value).strip() for value in rule.get("equals", [])}
    starts = tuple(str(value) for value in rule.get("starts_with", []))
    typed = {_quiet(cell, value) for value in equals if value} - {None}
    less = [_quiet(cell, str(value)) for value in rule.get("less_than", [])]
    more = [_quiet(cell, str(value)) for value in rule.get("more_than", [])]

    def leave_out(raw: Any) -> bool:
        text = str(raw).strip()
        if text in equals or ("" in equals and text in cell.empty) or (starts and text.startswith(starts)):
            return True
        if not (typed or less or more):
            return False
        value = _quiet(cell, raw)
        return value is not None and (
            value in typed
            or any(limit is not None and value < limit for limit in less)
            or any(limit is not None and value > limit for limit in more)
        )

    return leave_out


def _quiet(cell: _Cell, raw: Any) -> Any:
    try:
        return cell.parse(raw)
    except BadValue:
        return None


def _shown(raw: Any) -> str:
    """A cell as it can be stored and printed: what is no text in any encoding becomes a question mark."""
    return str(raw)[:200].encode("utf-8", "replace").decode().replace("\0", "?")


def unreadable(row: BadRow) -> Rejection:
    return Rejection(row.number, "", "", row.reason)
