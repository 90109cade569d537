"""Head and rows of a table as HTML, written in Python: no template call per cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from salesops.ui.links import record_url
from salesops.ui.marks import EMPTY, escaped
from salesops.ui.paging import Sort, sortable
from salesops.ui.tables import LeanColumn, RecordTable

Cell = Callable[[Any], Any]


def lines(table: RecordTable, records: Iterable[Any], *, selectable: bool = False) -> SafeString:
    """The body rows. A row knows its url, so that Enter and a click on free space open it."""
    cells = [(css_of(column), cell_of(table, column)) for column in shown_columns(table)]
    parts: list[str] = []
    choose = escape(_("Choose this row"))
    for record in records:
        url = record_url(record)
        parts.append(f'<tr data-href="{url}">' if url else "<tr>")
        if selectable:
            parts.append(
                f'<td class="pick"><input type="checkbox" class="form-check-input" form="bulk" name="ids" value="{record.pk}" '
                f'aria-label="{choose}"></td>'
            )
        for css, cell in cells:
            shown = cell(record)
            parts.append(f"<td{css}>{shown if type(shown) is SafeString else escaped(shown)}</td>")
        parts.append("</tr>\n")
    return SafeString("".join(parts))


def shown_columns(table: RecordTable) -> list[Any]:
    return [table.columns.columns[name] for name in table.shown]


def css_of(column: Any) -> str:
    css = getattr(column.column, "css", "") or column.column.attrs.get("td", {}).get("class", "")
    return f' class="{css}"' if css else ""


def cell_of(table: RecordTable, column: Any) -> Cell:
    """One function per column: value, then HTML; columns of others go through django-tables2."""
    own = column.column
    custom = getattr(table, f"render_{column.name}", None)
    accessor = column.accessor
    if isinstance(own, LeanColumn) and custom is None:
        return _lean(own, accessor)
    if isinstance(own, LeanColumn) or custom is not None:
        return lambda record: _rendered(table, column, record)
    return lambda record: _rendered(table, column, record)


def _lean(own: LeanColumn, accessor: Any) -> Cell:
    name = str(accessor)
    html = own.html
    simple = "." not in name and "__" not in name
    written: dict[Any, Any] | None = {} if own.by_value else None

    def cell(record: Any) -> Any:
        value = (
            getattr(record, name)
            if simple and not isinstance(record, dict)
            else accessor.resolve(record, quiet=True)
        )
        if callable(value) and not hasattr(value, "pk"):
            value = value()
        if value is None or value == "":
            return EMPTY
        if written is None:
            return html(value, record)
        if value not in written:
            written[value] = conditional_escape(html(value, record))
        return written[value]

    return cell


def _rendered(table: RecordTable, column: Any, record: Any) -> Any:
    from django_tables2.rows import BoundRow

    return BoundRow(record, table).get_cell(column.name)


def head(table: RecordTable, sort: Sort, request: HttpRequest, *, selectable: bool = False) -> SafeString:
    """The header row; a sortable column is a link that says which way it sorts."""
    offered = sortable(table)
    parts = ["<tr>"]
    if selectable:
        choose = escape(_("Choose all rows"))
        parts.append(
            '<th class="pick" scope="col"><input type="checkbox" class="form-check-input" data-pick-all '
            f'aria-label="{choose}"></th>'
        )
    for column in shown_columns(table):
        css = css_of(column)
        label = conditional_escape(capfirst(column.header))
        if column.name not in offered:
            parts.append(f'<th scope="col"{css}>{label}</th>')
            continue
        params = request.GET.copy()
        for name in ("at", "page", "part", "format", "purpose"):
            params.pop(name, None)
        active = column.name == sort.column
        params["sort"] = column.name if not active or sort.descending else f"-{column.name}"
        state = ("descending" if sort.descending else "ascending") if active else ""
        aria = f' aria-sort="{state}"' if state else ""
        link = format_html('<a href="?{}">{}</a>', params.urlencode(), label)
        parts.append(f'<th scope="col"{css}{aria}>{link}</th>')
    parts.append("</tr>")
    return SafeString("".join(parts))
