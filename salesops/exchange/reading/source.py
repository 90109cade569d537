"""One or more files as one stream of rows under one header."""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.exchange.mapping import normal
from salesops.exchange.reading import text, workbook
from salesops.exchange.reading.encoding import detect_encoding
from salesops.exchange.reading.limits import MAX_BYTES, MAX_ROWS

DELIMITER_NAMES = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "\\t": "\t"}


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read at all, and why."""

    number: int
    reason: str
    joined: bool = False  # a row of a joined file, not of the file itself
    cells: tuple[Any, ...] = ()  # what could be read of it


@dataclass
class Source:
    """Header and rows of a file, with the rows of joined files beside them."""

    path: Path
    headers: list[str]
    encoding: str = ""
    delimiter: str = ","
    options: dict[str, Any] = field(default_factory=dict)
    joins: list[_Join] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, list[Any]] | BadRow]:
        """Line number (the header is line 1 in an ordinary file) and cells of every row that is not blank."""
        stream = self._own_rows()
        for join in self.joins:
            stream = join.beside(stream)
        for count, row in enumerate(stream):
            if count >= MAX_ROWS:
                raise InvalidInput(
                    _("The file has more than %(limit)d rows.") % {"limit": MAX_ROWS}, way_out=_("Part it.")
                )
            yield row

    def _own_rows(self) -> Iterator[tuple[int, list[Any]] | BadRow]:
        width = len(self.headers) - sum(len(join.headers) for join in self.joins)
        for number, cells in _raw_rows(self.path, self.encoding, self.delimiter, self.options):
            if number <= self.options["header_row"]:
                continue
            yield _fitted(number, cells, width, exact=bool(self.encoding))


@dataclass
class _Join:
    headers: list[str]
    left: int
    rows: dict[str, list[list[Any]]]
    bad: list[BadRow]

    def beside(self, stream: Iterator[tuple[int, list[Any]] | BadRow]) -> Iterator[Any]:
        yield from self.bad
        empty = [[""] * len(self.headers)]
        for row in stream:
            if isinstance(row, BadRow):
                yield row
                continue
            number, cells = row
            for other in self.rows.get(_key(cells[self.left]), empty):
                yield number, cells + other


def open_source(path: Path, *, file: dict[str, Any], join: dict[str, dict[str, Any]]) -> Source:
    """Find out what the file is and read its header. Raises ``InvalidInput`` with the way out."""
    source = _open_one(path, file)
    for name, options in join.items():
        beside = _beside(path, options["file"])
        same = beside == path and options.get("sheet") in (None, source.options.get("sheet"))
        if same or (options.get("optional") and not beside.is_file()):
            continue
        other = _open_one(beside, options)
        left = find_header(source.headers, options["left"])
        right = find_header(other.headers, options["right"])
        if left is None or right is None:
            missing, where = (options["left"], path) if left is None else (options["right"], beside)
            raise InvalidInput(
                _("%(file)s has no column “%(column)s”.") % {"file": where.name, "column": missing},
                way_out=_("Correct join.%(name)s in the mapping.") % {"name": name},
            )
        source.joins.append(_join(other, left, right))
        source.headers = source.headers + [f"{name}.{header}" for header in other.headers]
    return source


def _join(other: Source, left: int, right: int) -> _Join:
    """The rows of a joined file by their key; what cannot be read is told with the name of that file."""
    rows: dict[str, list[list[Any]]] = defaultdict(list)
    bad = []
    for row in other.rows():
        if isinstance(row, BadRow):
            where = _("%(file)s, line %(line)d") % {"file": other.path.name, "line": row.number}
            bad.append(BadRow(0, f"{where}: {row.reason}", joined=True))
        else:
            rows[_key(row[1][right])].append(row[1])
    return _Join(other.headers, left, rows, bad)


def _beside(path: Path, names: Any) -> Path:
    """The joined file in the same folder, or the first of several names that is there, however it is written."""
    candidates = [path.parent / name for name in ([names] if isinstance(names, str) else names)]
    if found := next((candidate for candidate in candidates if candidate.is_file()), None):
        return found
    if not path.parent.is_dir():
        return candidates[0]
    by_name = {normal(other.name): other for other in sorted(path.parent.iterdir(), reverse=True)}
    return next((by_name[key] for c in candidates if (key := normal(c.name)) in by_name), candidates[0])


def find_header(headers: list[str], wanted: str) -> int | None:
    """Position of a source column: exact, then without case, blanks and width; joined columns also bare."""
    if wanted in headers:
        return headers.index(wanted)
    key = normal(wanted)
    normals = [normal(header) for header in headers]
    if key in normals:
        return normals.index(key)
    tails = [normal(header.split(".", 1)[1]) if "." in header else "" for header in headers]
    return tails.index(key) if key in tails else None


def twins(headers: list[str], index: int) -> list[int]:
    """Other columns of the file itself that cannot be told from this one by their name."""
    exact = [i for i, header in enumerate(headers) if i != index and header == headers[index]]
    key = normal(headers[index])
    alike = [i for i, header in enumerate(headers) if i != index and normal(header) == key]
    return exact or alike


def _open_one(path: Path, options: dict[str, Any]) -> Source:
    _check_file(path)
    options = {**options, "header_row": int(options.get("header_row", 1))}
    if _is_workbook(path):
        workbook.check_package(path)
        encoding, delimiter = "", ""
    else:
        encoding = _encoding(path, options)
        delimiter = options.get("delimiter") or text.sniff_delimiter(path, encoding, options["header_row"])
        delimiter = DELIMITER_NAMES.get(delimiter, delimiter)
        if len(delimiter) != 1:
            raise InvalidInput(
                _("“%(delimiter)s” is not a delimiter.") % {"delimiter": delimiter},
                way_out=_("Name one sign, or comma, semicolon, tab or pipe."),
            )
    for number, cells in _raw_rows(path, encoding, delimiter, options):
        if number < options["header_row"]:
            continue
        if isinstance(cells, str):
            raise InvalidInput(
                _("The header of %(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": cells},
                way_out=_("Correct row %(row)d.") % {"row": number},
            )
        options["header_row"] = number
        headers = [str(cell).replace("\ufeff", "").strip() for cell in cells]
        while headers and not headers[-1]:
            headers.pop()
        text.check_width(headers)
        return Source(path, headers, encoding, delimiter, options)
    raise InvalidInput(
        _("%(file)s is empty.") % {"file": path.name}, way_out=_("The first row must name the columns.")
    )


def _raw_rows(path: Path, encoding: str, delimiter: str, options: dict[str, Any]) -> Iterator[Any]:
    if not encoding:
        return workbook.read_sheet(path, options.get("sheet"))
    return text.read_rows(path, encoding, delimiter)


def _fitted(number: int, cells: Any, width: int, *, exact: bool) -> tuple[int, list[Any]] | BadRow:
    if isinstance(cells, str):
        return BadRow(number, cells)
    if len(cells) == width:
        return number, cells
    if len(cells) > width:
        if any(str(cell).strip() for cell in cells[width:]):
            return BadRow(number, _misfit(len(cells), width), cells=tuple(cells))
        return number, cells[:width]
    if exact:
        return BadRow(number, _misfit(len(cells), width), cells=tuple(cells))
    return number, cells + [""] * (width - len(cells))


def _misfit(cells: int, width: int) -> str:
    return _("The row has %(cells)d cells, the header has %(width)d.") % {"cells": cells, "width": width}


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise InvalidInput(_("%(path)s is a folder.") % {"path": path}, way_out=_("Name a file in it."))
    if not path.is_file():
        raise InvalidInput(_("There is no file %(path)s.") % {"path": path}, way_out=_("Check the path."))
    size = path.stat().st_size
    if size == 0:
        raise InvalidInput(
            _("%(file)s is empty.") % {"file": path.name}, way_out=_("The first row must name the columns.")
        )
    if size > MAX_BYTES:
        raise InvalidInput(
            _("%(file)s is larger than %(limit)d MiB.") % {"file": path.name, "limit": MAX_BYTES >> 20},
            way_out=_("Part it."),
        )


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"PK\x03\x04"):
        return True
    if re.match(rb"[\xef\xbb\xbf\s]*<(html|table|!doctype|\?xml|head|body)", head, re.IGNORECASE):
        raise InvalidInput(
            _("%(file)s is a web page, whatever its name says.") % {"file": path.name},
            way_out=_("Open it in a spreadsheet program and save it as XLSX or as CSV UTF-8."),
        )
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(
            _("%(file)s is in the old XLS format or protected by a password.") % {"file": path.name},
            way_out=_("Save it as XLSX or as CSV UTF-8."),
        )
    return False


def _encoding(path: Path, options: dict[str, Any]) -> str:
    name = options.get("encoding")
    if not name:
        return detect_encoding(path)
    try:
        known = codecs.lookup(name)
        "".encode(name)  # base64 and its like are codecs, but of no text
    except (LookupError, UnicodeError, ValueError):
        raise InvalidInput(
            _("“%(name)s” is not an encoding.") % {"name": name},
            way_out=_("Name one such as utf-8, gb18030, big5 or cp1252."),
        ) from None
    return "utf-8-sig" if known.name == "utf-8" else name


def _key(cell: Any) -> str:
    return str(cell).strip()
