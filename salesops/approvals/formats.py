"""How the facts of a request are read: each kind names a format per fact, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from salesops.ui.marks import shown_places

Format = Callable[[Any], str]

_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_AMOUNT = re.compile(r"^-?\d+(\.\d+)?$")
_MONEY = re.compile(r"^(-?\d+(?:\.\d+)?) ([A-Z]{3})$")


def shown(value: Any) -> str:
    """A kept value without a format of its own: yes or no, dates, amounts with or without currency, text."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if _DATE.match(text):
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    if found := _MONEY.match(text):
        return f"{_grouped(Decimal(found[1]), currency=found[2])} {found[2]}"
    if _AMOUNT.match(text) and ("." in text or len(text) < 16) and not text.startswith("0"):
        return _grouped(Decimal(text))
    return text


def _grouped(number: Decimal, *, currency: str | None = None) -> str:
    """A number with groups; an amount of a currency ("": base) with the decimals of its coins."""
    places = -int(number.as_tuple().exponent)
    if currency is not None:
        places = max(shown_places(number, currency), places if places > 2 else 0)
    return number_format(number, 2 if places in (1, 2) else max(places, 0), force_grouping=True)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def percent(value: Any) -> str:
    """A fraction: 0.125 is 12.5 %."""
    number = _number(value)
    if number is None:
        return shown(value)
    text = f"{(number * 100).normalize():f}"
    return f"{number_format(Decimal(text), len(text.partition('.')[2]), force_grouping=True)} %"


def base_money(value: Any) -> str:
    """An amount in base currency."""
    number = _number(value)
    return shown(value) if number is None else f"{_grouped(number, currency='')} {settings.BASE_CURRENCY}"


def choice(choices: Iterable[tuple[Any, Any]]) -> Format:
    """A code by its label."""
    known = dict(choices)
    return lambda value: str(known.get(value, value))


def yes_or_no(value: Any) -> str:
    """A tick that was kept as text."""
    return shown(value if isinstance(value, bool) else {"True": True, "False": False}.get(str(value), value))


def read_fact(formats: Mapping[str, Format], name: str, value: Any) -> str:
    """One fact in words."""
    return formats.get(name, shown)(value)


def label_of(labels: Mapping[str, Any], name: str) -> str:
    return str(capfirst(str(labels.get(name, name))))
