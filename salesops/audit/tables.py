"""Lists of the audit."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from salesops.audit.masking import history_masks
from salesops.audit.models import AccessLog, AuditEvent, RowChange
from salesops.audit.verbs import sentence_of, shown
from salesops.audit.words import column_label, table_label, value_words
from salesops.ui.links import url_of
from salesops.ui.marks import pill
from salesops.ui.tables import DateColumn, LeanColumn, PersonColumn, RecordTable, TextColumn


class SentenceColumn(LeanColumn):
    """The act as a sentence, a link to its page."""

    css = "wrap link"

    def html(self, value: Any, record: AuditEvent) -> Any:
        text = sentence_of(record.verb, record.actor, record.data)
        return format_html('<a href="{}">{}</a>', url_of(AuditEvent, record.pk), text)

    def text(self, value: Any, record: AuditEvent) -> str:
        return sentence_of(record.verb, record.actor, record.data)


class EventTable(RecordTable):
    at = DateColumn()
    verb = SentenceColumn(orderable=False)
    actor = PersonColumn(orderable=False)
    comment = TextColumn(orderable=False)
    address = TextColumn(orderable=False)
    request_id = TextColumn(orderable=False, verbose_name=gettext_lazy("Request"))

    class Meta:
        model = AuditEvent
        fields = ("at", "verb", "actor", "comment", "address", "request_id")

    default_columns = ("at", "verb", "actor", "address")


class AboutColumn(LeanColumn):
    """The record an access was about, as a link to it where it has a page."""

    def html(self, value: Any, record: AccessLog) -> Any:
        model = value.model_class()
        name = self.text(value, record)
        url = url_of(model, record.object_id) if model and record.object_id else ""
        return format_html('<a href="{}">{}</a>', url, name) if url else name

    def text(self, value: Any, record: AccessLog) -> str:
        model = value.model_class()
        name = str(model._meta.verbose_name) if model else value.model
        return f"{name} {record.object_id}" if record.object_id else name


class KindColumn(LeanColumn):
    TONES = {"refused": "bad", "locked_out": "bad", "sign_in_failed": "attention", "unmask": "attention"}

    def html(self, value: Any, record: AccessLog) -> Any:
        return pill(record.get_kind_display(), self.TONES.get(value, "plain"))

    def text(self, value: Any, record: AccessLog) -> str:
        return str(record.get_kind_display())


class DetailColumn(LeanColumn):
    """What was searched, exported or unmasked, in words."""

    css = "wrap"

    def html(self, value: Any, record: AccessLog) -> str:
        data = record.data
        parts = []
        if "query" in data:
            parts.append(f"“{data['query']}”")
        if "rows" in data:
            parts.append(
                ngettext("%(rows)s row", "%(rows)s rows", int(data["rows"])) % {"rows": data["rows"]}
                + f" {data.get('format', '')}".rstrip()
            )
        if data.get("filters"):
            parts.append("; ".join(f"{k}={shown(v)}" for k, v in data["filters"].items()))
        if data.get("fields") or data.get("field"):
            parts.append(shown(data.get("fields") or data["field"]))
        if record.status:
            parts.append(f"{record.status} {record.path}")
        return " · ".join(parts)

    text = html


class AccessTable(RecordTable):
    at = DateColumn()
    kind = KindColumn(orderable=False)
    actor = PersonColumn(orderable=False)
    name = TextColumn(orderable=False)
    content_type = AboutColumn(orderable=False, verbose_name=gettext_lazy("About"))
    data = DetailColumn(orderable=False, verbose_name=gettext_lazy("What"))
    purpose = TextColumn(orderable=False)
    address = TextColumn(orderable=False)
    path = TextColumn(orderable=False)
    request_id = TextColumn(orderable=False, verbose_name=gettext_lazy("Request"))

    class Meta:
        model = AccessLog
        fields = (
            "at",
            "kind",
            "actor",
            "name",
            "content_type",
            "data",
            "purpose",
            "address",
            "path",
            "request_id",
        )

    default_columns = ("at", "kind", "actor", "name", "content_type", "data", "purpose", "address")


class ChangeColumn(LeanColumn):
    """Old and new values of the columns that changed; hidden ones only on the page of the row."""

    css = "wrap"

    def html(self, value: Any, record: RowChange) -> str:
        table = record.table_name
        old, new = (history_masks.apply(table, part) for part in (record.old, record.new))
        words = {k: value_words(table, k, v) for k, v in old.items()}
        if record.op == "D":
            lines = [f"{column_label(table, k)}: {words[k]}" for k, v in old.items() if v not in (None, "")]
        else:
            lines = [
                f"{column_label(table, k)}: {words.get(k, '–')} → {value_words(table, k, v)}"
                for k, v in new.items()
            ]
        return "; ".join(lines)

    text = html


class OperationColumn(LeanColumn):
    def html(self, value: Any, record: RowChange) -> Any:
        return pill(record.get_op_display(), {"D": "bad", "U": "info"}.get(value, "plain"))

    def text(self, value: Any, record: RowChange) -> str:
        return str(record.get_op_display())


class TableNameColumn(LeanColumn):
    def html(self, value: Any, record: RowChange) -> str:
        return table_label(value)

    text = html


class RowChangeTable(RecordTable):
    at = DateColumn()
    table_name = TableNameColumn(orderable=False, verbose_name=gettext_lazy("Table"))
    row_id = TextColumn(orderable=False, verbose_name=gettext_lazy("Row"))
    op = OperationColumn(orderable=False)
    new = ChangeColumn(orderable=False, empty_values=(), verbose_name=gettext_lazy("Change"))
    actor = PersonColumn(orderable=False)
    login = TextColumn(orderable=False)
    request_id = TextColumn(orderable=False, verbose_name=gettext_lazy("Request"))

    class Meta:
        model = RowChange
        fields = ("at", "table_name", "row_id", "op", "new", "actor", "login", "request_id")

    default_columns = ("at", "table_name", "row_id", "op", "new", "actor", "login")
