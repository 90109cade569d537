"""Export of exactly what is filtered: CSV and XLSX from one snapshot of the database, told before it leaves.

The file is written to disk first: memory stays flat, the number of rows is known when the export is recorded,
and a failure is an error page, not half a file. A CSV whose columns the database can write is one COPY
(``copying.py``); other lists are written row by row.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.policies import can
from salesops.ui.copying import columns_of, copied
from salesops.ui.events import ListExported
from salesops.ui.paging import ordered, sort_of
from salesops.ui.tables import LeanColumn, RecordTable, value_reader

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK = 2000
# What a spreadsheet would take for a formula, also behind blanks and quotes (E1).
_FORMULA = re.compile(r"^[\s\"']*[=+\-@＝＋－＠\t\r\n]")


def guard(text: str) -> str:
    """``text`` with an apostrophe before it when a spreadsheet would run it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The inverse of ``guard``: what was exported comes back as it was, however often (E2)."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def export_response(view: Any, queryset: Any) -> HttpResponseBase:
    """The file, or the question what it is for. Raises ``InvalidInput``, ``Conflict``."""
    request, kind = view.request, view.request.GET["format"]
    if kind not in KINDS:
        raise InvalidInput(_("This format is not offered."), way_out=_("Choose CSV or XLSX."))
    view.require("export")
    purpose = " ".join(request.GET.get("purpose", "").split())[:200]
    if view.sensitive and not purpose:
        return ask_purpose(view)
    table = view.get_table()
    sort = sort_of(table, request.GET.get("sort", "") or view.default_sort, view.model)
    handle = tempfile.TemporaryFile()  # noqa: SIM115 closed by the response
    with transaction.atomic():
        snapshot()
        one_at_a_time(request.user.pk)
        rows = write(handle, kind, table, ordered(queryset, sort), view)
    with transaction.atomic():
        still_allowed(view)
        publish(
            ListExported(
                actor=request.user,
                model=view.model,
                filters={
                    k: v for k, v in request.GET.lists() if k not in ("format", "purpose", "at", "part")
                },
                rows=rows,
                format=kind,
                purpose=purpose,
                at=view.at,
            )
        )
    handle.seek(0)
    response = FileResponse(handle, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = disposition(
        f"{view.get_title()} {timezone.localdate(view.at)}", kind
    )
    response.headers["X-Row-Count"] = str(rows)
    return response


def still_allowed(view: Any) -> None:
    """Asked again when the file is ready: who left or lost the right meanwhile gets nothing (A10)."""
    person = get_user_model().objects.filter(pk=view.request.user.pk, is_active=True).first()
    if person is None or not can(person, "export", view.model):
        raise NotAllowed(
            _("Your role may not do this here."),
            way_out=_("Ask the person who holds the record, or your team lead."),
            release=AskOffer(
                _("Please help with %(record)s") % {"record": view.get_title()},
                people=(getattr(person, "superior", None),),
            ),
        )


def ask_purpose(view: Any) -> HttpResponseBase:
    carried = [(k, v) for k, vs in view.request.GET.lists() for v in vs if k != "purpose"]
    context = {"carried": carried, "title": _("Export"), "view": view}
    context["crumbs"] = [(view.get_title(), view.request.path)]
    return render(view.request, "ui/export_purpose.html", context)


def one_at_a_time(user_id: int) -> None:
    """A person exports one list at a time; others are served meanwhile (R1). Raises ``Conflict``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [0x0E09, user_id % 2**31])
        if not cursor.fetchone()[0]:
            raise Conflict(
                _("Another export of yours is still running."), way_out=_("Wait until it has arrived.")
            )


def snapshot() -> None:
    """From here the transaction sees one state of the database (E6); inside a test's transaction it cannot."""
    with connection.cursor() as cursor:
        if len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def disposition(name: str, kind: str) -> str:
    """RFC 6266: an ASCII name for old clients and the real one."""
    clean = re.sub(r"[^\w\- ]", "_", name).strip() or "list"
    plain = clean.encode("ascii", "ignore").decode().strip() or "list"
    return f"attachment; filename=\"{plain}.{kind}\"; filename*=UTF-8''{quote(clean)}.{kind}"


def write(handle: Any, kind: str, table: RecordTable, queryset: Any, view: Any) -> int:
    """All rows into the file; returns how many. Raises ``InvalidInput`` beyond the limit of the list."""
    columns = [table.columns.columns[name] for name in table.shown]
    heads = [capfirst(str(column.header)) for column in columns]
    expressions = columns_of(table, queryset) if kind == "csv" else None
    if expressions is not None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([guard(head) for head in heads])
        first = text.getvalue().encode("utf-8-sig")
        count = copied(handle, first, expressions, queryset, view.export_limit, too_many)
        if count is not None:
            return count
    writer = write_csv if kind == "csv" else write_xlsx
    # Closed here, inside the transaction: a cursor that outlives it would break the next one.
    with closing(values(columns, table, queryset)) as records:
        return writer(handle, heads, limited(records, view.export_limit))


def values(columns: list[Any], table: RecordTable, queryset: Any) -> Iterator[list[Any]]:
    """Plain values per row; only the needed columns are read where all of them are plain."""
    own = [column.column for column in columns]
    paths = [
        column.export_path(bound.accessor, queryset.model)
        if isinstance(column, LeanColumn) and not hasattr(table, f"value_{bound.name}")
        else None
        for column, bound in zip(own, columns, strict=True)
    ]
    if all(paths):
        makers = [c.export_value(p, queryset.model) for c, p in zip(own, paths, strict=True)]
        with closing(queryset.values_list(*paths).iterator(chunk_size=CHUNK)) as rows:
            for row in rows:
                yield [make(value) for make, value in zip(makers, row, strict=True)]
        return
    readers = [value_reader(table, column) for column in columns]
    with closing(queryset.iterator(chunk_size=CHUNK)) as records:
        for record in records:
            yield [read(record) for read in readers]


def limited(rows: Iterator[list[Any]], limit: int) -> Iterator[list[Any]]:
    for number, row in enumerate(rows):
        if number >= limit:
            raise too_many(limit)
        yield row


def too_many(limit: int) -> InvalidInput:
    return InvalidInput(
        _("This list has more than %(limit)d rows.") % {"limit": limit},
        way_out=_("Narrow it by a filter and export the parts."),
    )


def write_csv(handle: Any, heads: list[str], rows: Iterator[list[Any]]) -> int:
    """UTF-8 with a byte order mark for Excel; dates ISO, numbers with a point, texts guarded."""
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([guard(head) for head in heads])
    count = 0
    for row in rows:
        writer.writerow([csv_value(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def csv_value(value: Any) -> Any:
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def write_xlsx(handle: Any, heads: list[str], rows: Iterator[list[Any]]) -> int:
    """A sheet written row by row; texts are texts whatever they begin with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    sheet.append([text_cell(sheet, head) for head in heads])
    count = 0
    for row in rows:
        sheet.append([xlsx_value(sheet, value) for value in row])
        count += 1
        if count >= 1_048_575:
            raise InvalidInput(_("A sheet cannot hold so many rows."), way_out=_("Export as CSV."))
    book.save(handle)
    return count


def text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text)[:32767])
    cell.data_type = "s"
    return cell


def xlsx_value(sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        return text_cell(sheet, value)
    if isinstance(value, Decimal):
        # A sheet keeps 15 digits; what has more stays exact as text.
        return value if len(value.as_tuple().digits) <= 15 else text_cell(sheet, format(value, "f"))
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return value if value is None or isinstance(value, (int, float, date)) else text_cell(sheet, str(value))


def may_export(view: Any) -> bool:
    """Is the export offered to this person?"""
    return can(view.request.user, "export", view.model)
