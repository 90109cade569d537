"""Sentences of the timeline: one lazy text per verb, registered by the app that writes the verb.

    verbs.register({"orders.order_shipped": _("%(actor)s shipped order %(number)s")})

``%(actor)s`` is the person (or the system); every other placeholder is a key of the event's ``data``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from salesops.core.choices import Role
from salesops.core.money import places_of, round_money
from salesops.core.registry import Registry

sentences: Registry[Any] = Registry("audit sentences")
# How a code in the data of an act is said: key of the data -> function of its value.
codes: Registry[Callable[[Any], Any]] = Registry("audit codes")
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)$")
_AMOUNT = re.compile(r"^-?\d+\.\d+$")
_MONEY = re.compile(r"^-?\d+\.\d\d$")


def register(entries: Mapping[str, Any]) -> None:
    """Add sentences. Raises ``KeyError`` when a verb has one already."""
    for verb, sentence in entries.items():
        sentences.register(verb, sentence)


def sentence_of(verb: str, actor: Any, data: Mapping[str, Any]) -> str:
    """The sentence of one act in the active language; an unknown verb is shown as it is written."""
    currency = data.get("currency")
    values = defaultdict(str, {key: shown(value, currency) for key, value in data.items()})
    if "role" in data:
        values["role"] = str(dict(Role.choices).get(data["role"], data["role"]))
    for key, say in codes.items():
        if key in data:
            values[key] = str(say(data[key]))
    values["actor"] = str(actor) if actor else _("The system")
    template = sentences.get(verb)
    if template is None:
        return f"{values['actor']}: {verb.rpartition('.')[2].replace('_', ' ')}"
    return str(template) % values


def shown(value: Any, currency: Any = None) -> str:
    """A stored value as people read it: dates and amounts by locale, lists with commas.

    Amounts of an act that names its currency have the decimals of its coins: 1,001 JPY, not 1,001.00.
    """
    if isinstance(value, list | tuple):
        return ", ".join(shown(part, currency) for part in value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if _DATE.match(text):
        try:
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        except ValueError:
            return text
    if _MOMENT.match(text):
        moment = parse_datetime(text)
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else text
    return _number(text, currency) if _AMOUNT.match(text) else text


def _number(text: str, currency: Any) -> str:
    number, places = Decimal(text), None
    if currency and _MONEY.match(text):
        coins = places_of(str(currency))
        places = coins if round_money(number, coins) == number else 2
    elif currency:
        number = number.normalize() if number % 1 else number.quantize(Decimal(1))
    return number_format(number, places, use_l10n=True)
