"""Delimited text, read so that one broken row costs only itself."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.exchange.reading.limits import MAX_CELL, MAX_COLUMNS, MAX_LINES_PER_ROW

DELIMITERS = (",", ";", "\t", "|", "，", "；")  # the last two are what a Chinese keyboard gives


class _Runaway(Exception):
    """A quoted cell that does not end within a sensible number of lines."""


class _Lines:
    """Feeds lines to the csv reader, remembers those of the current row, and takes them back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES_PER_ROW:
            raise _Runaway
        line = next(self.lines)
        self.taken.append(line)
        self.number += 1
        return line

    def give_back_all_but_first(self) -> None:
        back = self.taken[1:]
        self.number -= len(back)
        self.lines = itertools.chain(back, self.lines)
        self.taken = []


def read_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Line number of each row with its cells, or with the reason why the row cannot be read.

    Raises ``InvalidInput`` for a file that is not written in the encoding named for it.
    """
    try:
        yield from _rows(path, encoding, delimiter)
    except UnicodeError:
        raise InvalidInput(
            _("%(file)s is not written in %(encoding)s.") % {"file": path.name, "encoding": encoding},
            way_out=_("Name its encoding in the mapping, or leave it out: most are recognised."),
        ) from None


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    csv.field_size_limit(MAX_CELL)
    errors = "surrogateescape" if not encoding.startswith(("utf-16", "utf-32")) else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        feeder = _Lines(iter(file))
        reader = csv.reader(feeder, delimiter=delimiter, strict=True)
        while True:
            feeder.taken = []
            first = feeder.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Runaway) as error:
                if not feeder.taken:
                    return
                blank = not feeder.taken[0].strip()
                feeder.give_back_all_but_first()
                reader = csv.reader(feeder, delimiter=delimiter, strict=True)
                if not blank:
                    yield first, _reason(error)
                continue
            if not cells or not any(cell.strip() for cell in cells):
                continue
            yield first, _nul(cells) or cells


def _nul(cells: list[str]) -> str:
    return _("The row contains a NUL byte.") if any("\0" in cell for cell in cells) else ""


def _reason(error: Exception) -> str:
    text = str(error)
    if "field larger" in text:
        return _("A cell is longer than %(limit)d characters.") % {"limit": MAX_CELL}
    return _("The quotation marks of this row do not match.")


def sniff_delimiter(path: Path, encoding: str, header_row: int) -> str:
    """The sign that parts the header and the rows below it into the same number of cells."""
    best, best_score = ",", (-1, 0)
    for delimiter in DELIMITERS:
        widths = []
        for number, cells in read_rows(path, encoding, delimiter):
            if number >= header_row and isinstance(cells, list):
                widths.append(len(cells))
            if number > header_row + 50:
                break
        if not widths or widths[0] < 2:
            continue
        same = sum(1 for width in widths if width == widths[0])
        score = (same * 100 // len(widths), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def check_width(cells: list[str]) -> None:
    if len(cells) > MAX_COLUMNS:
        raise InvalidInput(
            _("The file has %(count)d columns.") % {"count": len(cells)},
            way_out=_("At most %(limit)d are read; remove those that are not needed.")
            % {"limit": MAX_COLUMNS},
        )
