"""Tables: django-tables2 declares the columns, a lean renderer of our own writes the rows.

A cell is one Python call that returns safe HTML; no template is rendered per row or cell.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from salesops.ui.links import record_url
from salesops.ui.registries import tones

EMPTY = mark_safe('<span class="none">–</span>')


class LeanColumn(tables.Column):
    """A column that writes its own cell: ``html(value, record)``; ``css`` is the class of its cells."""

    css = ""

    def html(self, value: Any, record: Any) -> Any:
        return value

    def text(self, value: Any, record: Any) -> Any:
        """The plain value for exports: text, number or date."""
        return value

    def render(self, value: Any, record: Any) -> Any:
        return self.html(value, record)


class TextColumn(LeanColumn):
    """Plain text, one line, cut by the page where it is too long."""

    css = "cut"


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
        url = record_url(target) if isinstance(target, Model) else ""
        return format_html('<a href="{}">{}</a>', url, value) if url else value

    def text(self, value: Any, record: Any) -> str:
        return str(value)


class MoneyColumn(LeanColumn):
    """An amount, right-aligned; ``currency`` is the path of the currency code on the record."""

    css = "num"

    def __init__(self, *args: Any, currency: str = "", places: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency, self.places = currency, places

    def html(self, value: Any, record: Any) -> Any:
        text = number_format(value, self.places, force_grouping=True)
        css = ' class="neg"' if value < 0 else ""
        code = getattr(record, self.currency) if self.currency else ""
        unit = f' <span class="cur">{conditional_escape(code)}</span>' if code else ""
        return SafeString(f"<span{css}>{text.replace('-', '−')}</span>{unit}")


class NumberColumn(LeanColumn):
    """A number, right-aligned; trailing zeros of quantities are not shown."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        if isinstance(value, Decimal):
            value = value.normalize()
            if value.as_tuple().exponent > 0:
                value = value.quantize(Decimal(1))
        return number_format(value, force_grouping=True)


class PercentColumn(LeanColumn):
    """A fraction shown in percent."""

    css = "num"

    def html(self, value: Any, record: Any) -> Any:
        return f"{number_format(value * 100, 1)} %"


class StateColumn(LeanColumn):
    """A state as a pill with the word of its choices."""

    css = "state"

    def html(self, value: Any, record: Any) -> Any:
        name = str(self.accessor or "state").split(".")[-1].split("__")[-1]
        return state_pill(record, name, value)

    def text(self, value: Any, record: Any) -> str:
        name = str(self.accessor or "state")
        display = getattr(record, f"get_{name}_display", None)
        return str(display() if display else value)


class PersonColumn(LeanColumn):
    """A person with initials and name."""

    css = "person"

    def html(self, value: Any, record: Any) -> Any:
        return person_mark(value)

    def text(self, value: Any, record: Any) -> str:
        return str(value)


class DateColumn(LeanColumn):
    """A date (or the date of a moment), exact."""

    css = "date"

    def html(self, value: Any, record: Any) -> Any:
        return exact_date(value)


class BoolColumn(LeanColumn):
    """Yes or nothing."""

    css = "bool"

    def html(self, value: Any, record: Any) -> Any:
        from django.utils.translation import gettext as _

        return _("yes") if value else EMPTY


def state_pill(record: Any, name: str = "state", value: Any = None) -> SafeString:
    """The pill of a record's state; the tone carries the meaning, the word says it."""
    value = getattr(record, name) if value is None else value
    display = getattr(record, f"get_{name}_display", None)
    return pill(
        display() if display else value, tones.of(record if isinstance(record, Model) else None, value)
    )


def pill(word: Any, tone: str = "plain") -> SafeString:
    return format_html('<span class="pill pill-{}">{}</span>', tone, word)


def person_mark(person: Any) -> SafeString:
    """A person: round initials and the name."""
    if person is None:
        return EMPTY
    return format_html(
        '<span class="who"><span class="ini" aria-hidden="true">{}</span>{}</span>', person.initials, person
    )


def exact_date(value: date | datetime | None) -> Any:
    """Year, month, day as the language writes them."""
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    return value.isoformat()


class RecordTable(tables.Table):
    """Base of all list tables. ``Meta.default_columns``: shown until the person chooses others."""

    class Meta:
        abstract = True

    default_columns: tuple[str, ...] = ()

    def __init__(self, data: Any = (), *, shown: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.shown = self.allowed_columns(shown)

    def all_columns(self) -> list[str]:
        return [column.name for column in self.columns.iterall()]

    def allowed_columns(self, names: list[str] | None) -> list[str]:
        """Names that exist, in the table's order; the default when nothing valid is asked for (I2)."""
        wanted = [n for n in self.all_columns() if names and n in names]
        if wanted:
            return wanted
        return [n for n in self.all_columns() if not self.default_columns or n in self.default_columns]
