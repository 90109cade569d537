"""How one value looks: numbers and dates as texts, states and people as marks. Each is one call, no template."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from html import escape as html_escape
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from salesops.core.money import places_of, round_money
from salesops.ui.registries import tones

EMPTY = SafeString('<span class="none">–</span>')


def escaped(value: Any) -> str:
    """``conditional_escape`` with a short way for plain text; most cells are."""
    return html_escape(value) if type(value) is str else conditional_escape(value)


@functools.cache
def _has_plain_numbers(language: str | None) -> bool:
    """Does the language write 1,234.50?"""
    names = ("DECIMAL_SEPARATOR", "THOUSAND_SEPARATOR", "NUMBER_GROUPING")
    return [get_format(name, language, use_l10n=True) for name in names] == [".", ",", 3]


def shown_places(amount: Any, currency: Any = "") -> int:
    """Decimals to show of an amount: those of its currency's coins (default: base), and cents wherever it has some."""
    places = places_of(str(currency or ""))
    return places if places >= 2 or round_money(amount, places) == amount else 2


def amount_text(value: Any, places: int = 2) -> str:
    """``number_format`` with groups; languages that write 1,234.50 take the short way."""
    if isinstance(value, Decimal) and _has_plain_numbers(get_language()):
        return f"{round_money(value, places) if -value.as_tuple().exponent > places else value:,.{places}f}"
    return number_format(value, places, force_grouping=True)


def amount_of(amount: Any, currency: str) -> str:
    """An amount with its currency in a sentence: 1,234.50 CNY."""
    return f"{amount_text(amount, shown_places(amount, currency))} {currency}"


def in_a_row(words: Iterable[Any]) -> str:
    """Words one after the other, with the comma that the language puts between them."""
    return pgettext("between the words of a list", ", ").join(map(str, words))


def plain_number(value: Any) -> str:
    """A number as the language writes it, without trailing zeros."""
    if isinstance(value, Decimal):
        value = value.normalize()
        if value.as_tuple().exponent > 0:
            value = value.quantize(Decimal(1))
    return number_format(value, force_grouping=True).replace("-", "−")


def state_pill(record: Any, name: str = "state", value: Any = None) -> SafeString:
    """The pill of a record's state; the tone carries the meaning, the word says it.

    A state that is computed has its word in ``state_label``.
    """
    value = getattr(record, name) if value is None else value
    display = getattr(record, f"get_{name}_display", None)
    word = display() if display else getattr(record, f"{name}_label", value)
    return pill(word, tones.of(record if isinstance(record, Model) else None, value))


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
    """Year, month, day (and time of a moment in the company's zone)."""
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    return value.isoformat()
