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


def read_sheet(path: Path, sheet: str | int | None) -> Iterator[tuple[int, list[Any] | str]]:
    """Row number with cells; formulas give the value that the spreadsheet program saved."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except InvalidInput:
        raise
    except Exception as error:
        raise InvalidInput(
            _("This is not a workbook that can be read."), way_out=_("Save it again as XLSX or as CSV UTF-8.")
        ) from error
    try:
        page = _page(book, sheet)
        page.reset_dimensions()
        for number, row in enumerate(page.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1), start=1):
            cells = [_cell(value) for value in row]
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


def _page(book: Any, sheet: str | int | None) -> Any:
    names = book.sheetnames
    if sheet is None:
        return book.worksheets[0]
    if isinstance(sheet, int) and 1 <= sheet <= len(names):
        return book.worksheets[sheet - 1]
    for name in names:
        if name.strip().lower() == str(sheet).strip().lower():
            return book[name]
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
