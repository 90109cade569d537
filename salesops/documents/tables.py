"""Lists of this room."""

from __future__ import annotations

from typing import Any

import django_filters
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from salesops.core.subjects import records
from salesops.documents.choices import FileState
from salesops.documents.models import Attachment, Document, DocumentClass, Letterhead, PrintText
from salesops.documents.printing import prints
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter
from salesops.ui.links import may_open, url_of
from salesops.ui.tables import DateColumn, LinkColumn, PersonColumn, RecordTable, StateColumn, TextColumn


class SizeColumn(TextColumn):
    def html(self, value: Any, record: Any) -> str:
        return filesizeformat(value)

    text = html


class SubjectColumn(TextColumn):
    """The kind of record that a row hangs on."""

    def html(self, value: Any, record: Any) -> str:
        model = value.model_class()
        url = url_of(model, record.subject_id) if model and may_open(model) else ""
        words = self.text(value, record)
        return format_html('<a href="{}">{}</a>', url, words) if url else words

    def text(self, value: Any, record: Any) -> str:
        model = value.model_class()
        return str(model._meta.verbose_name) if model else "–"


class FileStateColumn(TextColumn):
    def html(self, value: Any, record: Any) -> str:
        return str(FileState(value).label)

    text = html


class AttachmentTable(RecordTable):
    file = LinkColumn(accessor="file__name", verbose_name=_("file"))
    note = TextColumn()
    subject_type = SubjectColumn(verbose_name=_("record"))
    edition = TextColumn()
    size = SizeColumn(accessor="file__size", verbose_name=_("size"))
    state = FileStateColumn(verbose_name=_("state"), orderable=False)
    added_at = DateColumn()
    created_by = PersonColumn(verbose_name=_("added by"))

    class Meta:
        model = Attachment
        fields = ("file", "note", "subject_type", "edition", "size", "state", "added_at", "created_by")


def _kinds() -> list[tuple[str, Any]]:
    return [(model._meta.label_lower, model._meta.verbose_name) for model in records]


class AttachmentFilter(RecordFilterSet):
    search_fields = ("file__name", "note")
    record = django_filters.ChoiceFilter(label=_("record"), choices=_kinds, method="of_kind")
    added_at = DateRangeFilter(label=_("added"))
    all_versions = YesFilter(label=_("older and voided ones, too"), method="everything")

    class Meta:
        model = Attachment
        fields = ("record", "added_at")

    def of_kind(self, queryset: Any, name: str, value: str) -> Any:
        app, _dot, model = value.partition(".")
        return queryset.filter(subject_type__app_label=app, subject_type__model=model)

    def everything(self, queryset: Any, name: str, value: Any) -> Any:
        return queryset  # narrowed below

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("all_versions") else found.current()

    def unasked(self, queryset: Any) -> Any:
        return queryset.current()


class LetterheadTable(RecordTable):
    from_date = DateColumn()
    name_en = LinkColumn()
    name_zh_hans = TextColumn()

    class Meta:
        model = Letterhead
        fields = ("from_date", "name_en", "name_zh_hans", "tax_number", "phone")


class PrintColumn(TextColumn):
    def html(self, value: Any, record: Any) -> str:
        template = prints.get(value)
        return str(template.label if template else _("all prints"))

    text = html


class PrintTextTable(RecordTable):
    print_key = PrintColumn(empty_values=())
    place = TextColumn(accessor="get_place_display", order_by="place", verbose_name=_("place"))
    language = TextColumn()
    from_date = DateColumn()
    body = LinkColumn()

    class Meta:
        model = PrintText
        fields = ("body", "print_key", "place", "language", "from_date")


class PrintTextFilter(RecordFilterSet):
    search_fields = ("body",)
    language = django_filters.ChoiceFilter(
        label=_("language"), choices=[("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
    )

    class Meta:
        model = PrintText
        fields = ("place", "language", "from_date")


class ClassNameColumn(LinkColumn):
    """The class in the reader's language."""

    def html(self, value: Any, record: Any) -> str:
        return super().html(str(record), record)


class DocumentClassTable(RecordTable):
    code = TextColumn()
    name_en = ClassNameColumn(verbose_name=_("name"))
    keep_years = TextColumn()

    class Meta:
        model = DocumentClass
        fields = ("code", "name_en", "secrecy", "keep_years", "reviewed")


class DocumentTable(RecordTable):
    number = TextColumn()
    title = LinkColumn()
    document_class = TextColumn(order_by="document_class__code")
    edition = TextColumn()
    state = StateColumn()
    author = PersonColumn()
    reviewer = PersonColumn()
    published_on = DateColumn()
    keep_until = DateColumn()

    class Meta:
        model = Document
        fields = (
            "number",
            "title",
            "document_class",
            "edition",
            "state",
            "author",
            "reviewer",
            "published_on",
            "keep_until",
        )

    default_columns = ("number", "title", "document_class", "edition", "state", "author", "published_on")


class DocumentFilter(RecordFilterSet):
    search_fields = ("number__istartswith", "title", "summary")
    published_on = DateRangeFilter(label=_("published on"))

    class Meta:
        model = Document
        fields = ("document_class", "state", "author", "reviewer", "published_on")
