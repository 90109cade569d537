"""Tables: django-tables2 declares the columns, a lean renderer of our own writes the rows.

A cell is one Python call that returns safe HTML; no template is rendered per row or cell. Columns that
``Meta.fields`` names without declaring them get the fitting kind from the model's field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Model, QuerySet
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_tables2.columns import library

from salesops.core.money import round_money
from salesops.ui.links import shown_url
from salesops.ui.marks import (
    EMPTY,
    amount_text,
    escaped,
    exact_date,
    person_mark,
    plain_number,
    shown_places,
    state_pill,
)
from salesops.ui.words import choice_words, words_of

_DISPLAY = re.compile(r"(?<![^_])get_(\w+)_display$")  # Django's own method for the word of a choice


class LeanColumn(tables.Column):
    """A column that writes its own cell: ``html(value, record)``; ``css`` is the class of its cells.

    ``by_value``: the cell depends on the value alone, so a page writes each value once.
    """

    css = ""
    by_value = False

    def html(self, value: Any, record: Any) -> Any:
        return value

    def text(self, value: Any, record: Any) -> Any:
        """The plain value for exports: text, number or date."""
        return value

    def render(self, value: Any, record: Any) -> Any:
        return self.html(value, record)

    # --- exports that read only the needed columns ---------------------------------------------------
    def export_path(self, accessor: Any, model: type[Model]) -> str | None:
        """ORM path whose values ``export_value`` turns into what ``text`` would give, or ``None``."""
        if type(self).text is not LeanColumn.text and type(self).export_value is LeanColumn.export_value:
            return None  # the text needs the record
        path = str(accessor).replace(".", "__")
        db_field = field_at(model, path)
        return path if db_field is not None and not db_field.is_relation else None

    def export_value(self, path: str, model: type[Model]) -> Callable[[Any], Any]:
        return lambda value: value

    # --- exports that the database writes (copying.py) ------------------------------------------------
    def expression(self, path: str, queryset: QuerySet) -> Any:
        """What ``text`` gives, as an expression of the database; ``None`` where that needs the record."""
        if path in queryset.query.annotations:
            return F(path)
        if worded := _DISPLAY.search(path):
            path = path[: worded.start()] + worded[1]
            db_field = field_at(queryset.model, path)
            return choice_words(path, db_field.flatchoices) if db_field is not None else None
        db_field = field_at(queryset.model, path)
        if db_field is None:
            return None
        is_record = db_field.is_relation and path.rpartition("__")[2] == db_field.name
        return words_of(db_field.related_model, path) if is_record else F(path)

    def expression_of(self, path: str, queryset: QuerySet) -> Any:
        """The expression, unless a subclass wrote another ``text`` and none of its own."""
        for kind in type(self).__mro__:
            if "expression" in vars(kind):
                return self.expression(path, queryset)
            if "text" in vars(kind):
                return None
        return None


def field_at(model: Any, path: str) -> Any:
    """The model field behind an ORM path, or ``None`` for properties and annotations."""
    db_field = None
    for part in path.split("__"):
        try:
            db_field = model._meta.get_field("id" if part == "pk" else part)
        except (FieldDoesNotExist, AttributeError):
            return None
        model = db_field.related_model
    return db_field if getattr(db_field, "concrete", False) else None


@library.register
class TextColumn(LeanColumn):
    """Plain text, one line, cut by the page where it is too long."""

    def html(self, value: Any, record: Any) -> Any:
        text = str(value)
        return format_html('<span title="{}">{}</span>', text, text) if len(text) > 48 else text

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> LeanColumn | None:
        if isinstance(field, (models.CharField, models.TextField)) and not field.choices:
            return cls(**kwargs)
        return None


class LinkColumn(LeanColumn):
    """The record's number or name as a link to its page; ``to`` names a related record instead."""

    css = "link"

    def __init__(self, *args: Any, to: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to = to

    def html(self, value: Any, record: Any) -> Any:
        target = getattr(record, self.to) if self.to else record
        if isinstance(value, Model) and not self.to:
            target = value
        url = shown_url(target) if isinstance(target, Model) else ""
        shown = escaped(self.text(value, record))
        return SafeString(f'<a href="{url}">{shown}</a>') if url else SafeString(shown)

    def text(self, value: Any, record: Any) -> str:
        return str(exact_date(value) if isinstance(value, date) else value)

    def export_value(self, path: str, model: type[Model]) -> Callable[[Any], Any]:
        return lambda value: "" if value is None else str(value)

    def expression(self, path: str, queryset: QuerySet) -> Any:
        return None if path in queryset.query.annotations else super().expression(path, queryset)


@library.register
class RelatedColumn(LinkColumn):
    """Another record as a link to its page."""

    css = ""

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> LeanColumn | None:
        if not isinstance(field, models.ForeignKey):
            return None
        kwargs["verbose_name"] = capfirst(field.verbose_name)
        is_person = field.related_model._meta.label == settings.AUTH_USER_MODEL
        return PersonColumn(**kwargs) if is_person else cls(**kwargs)


class MoneyColumn(LeanColumn):
    """An amount, right-aligned; ``currency`` is the path of the currency code on the record."""

    css = "num"

    def __init__(self, *args: Any, currency: str = "", places: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.places = currency, places

    def html(self, value: Any, record: Any) -> Any:
        code = read_path(record, self.currency) if self.currency else ""
        text = amount_text(value, self.places if self.places != 2 else shown_places(value, code))
        text = f'<span class="neg">{text.replace("-", "−")}</span>' if value < 0 else text
        return SafeString(f'{text} <span class="cur">{conditional_escape(code)}</span>' if code else text)


@library.register
class NumberColumn(LeanColumn):
    """A number, right-aligned; trailing zeros of quantities are not shown."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        return plain_number(value)

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> LeanColumn | None:
        if isinstance(field, models.DecimalField):
            return (MoneyColumn if field.decimal_places == 2 else cls)(**kwargs)
        return cls(**kwargs) if isinstance(field, models.IntegerField) and not field.choices else None


class PercentColumn(LeanColumn):
    """A fraction shown in percent."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        return f"{number_format(round_money(Decimal(value) * 100, 1), 1)} %"


@library.register
class StateColumn(LeanColumn):
    """A state as a pill with the word of its choices."""

    css = "state"
    by_value = True

    def html(self, value: Any, record: Any) -> Any:
        owner, name = self.holder(record)
        return state_pill(owner, name, value)

    def text(self, value: Any, record: Any) -> str:
        owner, name = self.holder(record)
        display = getattr(owner, f"get_{name}_display", None)
        return str(display() if display else value)

    def holder(self, record: Any) -> tuple[Any, str]:
        """The record and field the state belongs to; both ends of ``order.state``."""
        path = str(self.accessor or self._bound_name).replace("__", ".")
        before, _dot, name = path.rpartition(".")
        return (read_path(record, before) if before else record), name

    def export_value(self, path: str, model: type[Model]) -> Callable[[Any], Any]:
        words = {k: str(v) for k, v in field_at(model, path).flatchoices}
        return lambda value: words.get(value, "" if value is None else str(value))

    def expression(self, path: str, queryset: QuerySet) -> Any:
        db_field = field_at(queryset.model, path)
        return choice_words(path, db_field.flatchoices) if db_field is not None else None

    _bound_name = "state"

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> LeanColumn | None:
        if not getattr(field, "choices", None):
            return None
        column = cls(**kwargs) if field.name in ("state", "status") else ChoiceColumn(**kwargs)
        column._bound_name = field.name
        return column


class ChoiceColumn(StateColumn):
    """The word of a choice, without a pill."""

    css = ""

    def html(self, value: Any, record: Any) -> Any:
        return self.text(value, record)


class PersonColumn(LeanColumn):
    """A person with initials and name."""

    css = "person"
    by_value = True

    def html(self, value: Any, record: Any) -> Any:
        return person_mark(value)

    def text(self, value: Any, record: Any) -> str:
        return str(value)

    def export_path(self, accessor: Any, model: type[Model]) -> str | None:
        path = str(accessor).replace(".", "__")
        db_field = field_at(model, path)
        return f"{path}__name" if db_field is not None and db_field.is_relation else None

    def expression(self, path: str, queryset: QuerySet) -> Any:
        return super().expression(path, queryset)  # the text is the person's own


@library.register
class DateColumn(LeanColumn):
    """A date (or a moment), exact."""

    css = "date"
    by_value = True

    def html(self, value: Any, record: Any) -> Any:
        return exact_date(value)

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> LeanColumn | None:
        return cls(**kwargs) if isinstance(field, models.DateField) else None


@library.register
class BoolColumn(LeanColumn):
    """Yes or nothing."""

    css = "bool"
    by_value = True

    def html(self, value: Any, record: Any) -> Any:
        return _("yes") if value else EMPTY

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> LeanColumn | None:
        return cls(**kwargs) if isinstance(field, models.BooleanField) else None


def read_path(record: Any, path: str) -> Any:
    """``a.b`` or ``a__b`` of a record; ``None`` where the way ends."""
    for part in path.replace("__", ".").split("."):
        record = record.get(part) if isinstance(record, dict) else getattr(record, part, None)
        if record is None:
            return None
    return record


def value_reader(table: RecordTable, column: Any) -> Callable[[Any], Any]:
    """The plain value of one column of a record, for exports; ``value_<column>`` of the table wins."""
    own, path = column.column, str(column.accessor)
    custom = getattr(table, f"value_{column.name}", None)
    if custom is not None:
        return lambda record: custom(record)

    def read(record: Any) -> Any:
        value = read_path(record, path)
        if callable(value) and not isinstance(value, Model):
            value = value()
        if value is None:
            return None
        value = own.text(value, record) if isinstance(own, LeanColumn) else value
        return value if isinstance(value, (str, int, Decimal, date, type(None))) else str(value)

    return read


class RecordTable(tables.Table):
    """Base of all list tables. ``default_columns``: shown until the person chooses others.

    ``hide_for(user)`` names columns that this person may not see at all (Z19).
    """

    default_columns: tuple[str, ...] = ()

    def __init__(self, data: Any = (), *, shown: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.name_columns()
        user = getattr(self.request, "user", None)
        self.hidden = frozenset(self.hide_for(user)) if user is not None else frozenset()
        self.shown = self.allowed_columns(shown)

    def name_columns(self) -> None:
        """Declared columns take the name of their model field, in the reader's language."""
        for bound in self.columns.iterall():
            found = field_at(self._meta.model, str(bound.accessor).replace(".", "__"))
            if bound.column.verbose_name is None and found is not None:
                bound.column.verbose_name = capfirst(found.verbose_name)

    def hide_for(self, user: Any) -> tuple[str, ...]:
        return ()

    def all_columns(self) -> list[str]:
        return [column.name for column in self.columns.iterall() if column.name not in self.hidden]

    def allowed_columns(self, names: list[str] | None) -> list[str]:
        """Names that exist, in the table's order; the default when nothing valid is asked for (I2)."""
        wanted = [n for n in self.all_columns() if names and n in names]
        if wanted:
            return wanted
        return [n for n in self.all_columns() if not self.default_columns or n in self.default_columns]
