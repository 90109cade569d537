"""XLSX workbooks: limits before unpacking, values only, one row at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.exchange.reading.limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_RATIO,
    MAX_UNPACKED,
)


def check_package(path: Path) -> None:
    """Refuse bombs and entity tricks before anything is unpacked. Raises ``InvalidInput``."""
    try:
        package = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise InvalidInput(
            _("This is not a workbook that can be read."), way_out=_("Save it again as XLSX or as CSV UTF-8.")
        ) from None
    with package:
        parts = package.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _too_large()
        for part in parts:
            if part.file_size > 1 << 20 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
                raise _too_large()
            if part.flag_bits & 0x1:
                raise InvalidInput(
                    _("The workbook is protected by a password."), way_out=_("Save it without one.")
                )
            if part.filename.endswith((".xml", ".rels")):
                _no_entities(package, part)


def _no_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with package.open(part) as file:
        head = file.read(1 << 16)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<\0!\0D\0O\0C\0T\0Y\0P\0E" in head:
        raise InvalidInput(
            _("The workbook contains definitions that no spreadsheet program writes."),
            way_out=_("Save it again as XLSX or as CSV UTF-8."),
        )


def _too_large() -> InvalidInput:
    return InvalidInput(
        _("Unpacked, the workbook is larger than what is read."),
        way_out=_("Save the sheet as CSV UTF-8, or part it."),
    )


def sheet_names(path: Path) -> list[str]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    try:
        return list(book.sheetnames)
    finally:
        book.close()


def _open(path: Path, *, values: bool) -> Any:
    import openpyxl

    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
    except Exception as error:
        raise InvalidInput(
            _("This is not a workbook that can be read."), way_out=_("Save it again as XLSX or as CSV UTF-8.")
        ) from error


def _rows_of(book: Any, sheet: Any, *, cells: bool = False) -> Iterator[tuple[Any, ...]]:
    page = _page(book, sheet)
    page.reset_dimensions()
    return iter(page.iter_rows(values_only=not cells, max_col=MAX_COLUMNS + 1))


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        for part in package.infolist():
            if "worksheets/" in part.filename and part.filename.endswith(".xml"):
                with package.open(part) as file:
                    tail = b""
                    while chunk := file.read(1 << 20):
                        if b"<f>" in (text := tail + chunk) or b"<f " in text:
                            return True
                        tail = chunk[-3:]
    return False


def _unsaved(cells: tuple[Any, ...], formulas: tuple[Any, ...]) -> str:
    """The column of a formula that nobody reckoned: programs that only write workbooks leave its result out.

    An empty text is a result: its cell is of the type “str”.
    """
    from openpyxl.utils import get_column_letter

    for place, (cell, formula) in enumerate(zip(cells, formulas, strict=False), start=1):
        if cell.value is None and cell.data_type != "str" and str(formula or "").startswith("="):
            return get_column_letter(place)
    return ""


def read_sheet(path: Path, sheet: Any) -> Iterator[tuple[int, list[Any] | str]]:
    """Row number with cells; formulas give the value that the spreadsheet program saved."""
    book = _open(path, values=True)
    raw = _open(path, values=False) if _has_formulas(path) else None
    formulas = _rows_of(raw, sheet) if raw is not None else None
    try:
        for number, row in enumerate(_rows_of(book, sheet, cells=formulas is not None), start=1):
            if formulas is not None and (column := _unsaved(row, next(formulas, ()))):
                yield (
                    number,
                    _(
                        "Cell %(cell)s holds a formula whose result was not saved: open the file in a spreadsheet program and save it there."
                    )
                    % {"cell": f"{column}{number}"},
                )
                continue
            cells = [_cell(value if formulas is None else value.value) for value in row]
            while cells and cells[-1] in ("", None):
                cells.pop()
            if not cells:
                continue
            if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
                yield number, _("A cell is longer than %(limit)d characters.") % {"limit": MAX_CELL}
                continue
            yield number, cells
    finally:
        book.close()
        if raw is not None:
            raw.close()


def _page(book: Any, sheet: Any) -> Any:
    """The sheet by number or name, or the first of several names; without one the first that is not hidden.

    A workbook with one sheet only has no choice, whatever the sheet is called.
    """
    names = book.sheetnames
    if sheet is None:
        return next((page for page in book.worksheets if page.sheet_state == "visible"), book.worksheets[0])
    if isinstance(sheet, int) and 1 <= sheet <= len(names):
        return book.worksheets[sheet - 1]
    for wanted in sheet if isinstance(sheet, list) else [sheet]:
        for name in names:
            if name.strip().lower() == str(wanted).strip().lower():
                return book[name]
    if isinstance(sheet, list) and len(names) == 1:
        return book.worksheets[0]
    sheet = ", ".join(map(str, sheet)) if isinstance(sheet, list) else sheet
    raise InvalidInput(
        _("The workbook has no sheet “%(sheet)s”.") % {"sheet": sheet},
        way_out=_("It has: %(names)s.") % {"names": ", ".join(names)},
    )


def _cell(value: Any) -> Any:
    """Numbers as the shortest text that means them; dates stay dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return str(value)
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
        )
    if isinstance(value, (datetime, date)):
        return value
    if isinstance(value, time):
        return value.isoformat()
    return str(value)
