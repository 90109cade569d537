"""Values of rules: read what a person typed, store it as JSON, type it again, and say it in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.core.money import places_of, round_money
from salesops.handbook.registry import RuleParameter

DECIMALS = ("decimal", "fraction", "money")
LISTS = ("int_list", "int_row")
_ONE = re.compile(
    r"(?<![\d.,])1 ((?:working )?day|minute|hour|week|month|year|metre|character|search)(?:s|es)\b"
)


def _wrong(message: str, way_out: str = "") -> InvalidInput:
    return InvalidInput(message, field="value", way_out=way_out)


def _number(raw: Any) -> Decimal:
    text = str(raw).strip().replace("−", "-")
    if isinstance(raw, bool) or not re.fullmatch(r"-?[\d,]*\.?\d+", text):
        raise _wrong(_("“%(value)s” is not a number.") % {"value": text[:40]}, _("Write it as 30 or 0.25."))
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise _wrong(_("“%(value)s” is not a number.") % {"value": text[:40]}) from None


def _int(raw: Any) -> int:
    number = _number(raw)
    if number != number.to_integral_value():
        raise _wrong(_("“%(value)s” is not a whole number.") % {"value": raw})
    return int(number)


def _decimal(raw: Any) -> str:
    return format(_number(raw), "f")


def _fraction(raw: Any) -> str:
    text = str(raw).strip()
    if text.endswith(("%", "％")):
        return format(_number(text[:-1]) / 100, "f")
    return _decimal(text)


def _money(raw: Any) -> str:
    number = _number(raw)
    if number != round(number, 2):
        raise _wrong(_("An amount has at most two decimals."))
    return format(number.quantize(Decimal("0.01")), "f")


def _bool(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {"1", "true", "yes", "on", "是"}:
        return True
    if word in {"0", "false", "no", "off", "否"}:
        return False
    raise _wrong(_("Answer with yes or no."))


def _text(raw: Any) -> str:
    text = str(raw).strip()
    if not text:
        raise _wrong(_("Enter a value."))
    return text


def _int_row(raw: Any) -> list[int]:
    parts = raw if isinstance(raw, list | tuple) else re.split(r"[,，、;\s]+", str(raw).strip())
    numbers = [_int(part) for part in parts if str(part).strip()]
    if not numbers:
        raise _wrong(_("Enter whole numbers with commas between them, such as 30, 60, 90."))
    return numbers


def _int_list(raw: Any) -> list[int]:
    numbers = _int_row(raw)
    if numbers != sorted(set(numbers)):
        raise _wrong(_("The numbers must rise from one to the next."))
    return numbers


def _json(raw: Any) -> Any:
    if not isinstance(raw, str):
        return json.loads(json.dumps(raw, default=str))
    try:
        return json.loads(raw)
    except ValueError:
        raise _wrong(
            _("This is not valid JSON."), _("Keep brackets, quotes and commas as they were.")
        ) from None


_READERS: dict[str, Callable[[Any], Any]] = {
    "int": _int,
    "decimal": _decimal,
    "fraction": _fraction,
    "money": _money,
    "bool": _bool,
    "text": _text,
    "choice": _text,
    "int_list": _int_list,
    "int_row": _int_row,
    "json": _json,
}


def read(parameter: RuleParameter, raw: Any) -> Any:
    """What is stored for a value that a person typed (or a program gave). Raises ``InvalidInput``."""
    if raw is None or raw == "":
        raise _wrong(_("Enter a value."))
    value = _READERS[parameter.kind](raw)
    if parameter.kind == "choice" and value not in dict(parameter.choices):
        raise _wrong(
            _("“%(value)s” is not one of the choices.") % {"value": value},
            ", ".join(str(code) for code, _label in parameter.choices),
        )
    _check_bounds(parameter, value)
    if parameter.check is not None:
        parameter.check(typed(parameter, value))
    return value


def _check_bounds(parameter: RuleParameter, value: Any) -> None:
    if parameter.kind in ("int", *DECIMALS):
        numbers = [Decimal(str(value))]
    elif parameter.kind == "int_row" and len(value) != len(parameter.default):
        raise _wrong(_("Enter %(count)d numbers.") % {"count": len(parameter.default)})
    elif parameter.kind in LISTS:
        numbers = [Decimal(n) for n in value]
    else:
        return
    for number in numbers:
        if parameter.minimum is not None and number < Decimal(str(parameter.minimum)):
            raise _wrong(_("The smallest value allowed here is %(limit)s.") % {"limit": parameter.minimum})
        if parameter.maximum is not None and number > Decimal(str(parameter.maximum)):
            raise _wrong(_("The largest value allowed here is %(limit)s.") % {"limit": parameter.maximum})


def typed(parameter: RuleParameter, stored: Any) -> Any:
    """A stored value in the type that the rule's readers expect: amounts and fractions are ``Decimal``."""
    if parameter.kind in DECIMALS and stored is not None:
        return Decimal(str(stored))
    return stored


def words(parameter: RuleParameter, value: Any) -> str:
    """A value as the handbook prints it, in the active language, with its unit."""
    if value is None:
        return "–"
    kind = parameter.kind
    if kind == "bool":
        return _("yes") if value else _("no")
    if kind == "choice":
        return str(dict(parameter.choices).get(value, value))
    if kind == "fraction":
        return f"{_plain(Decimal(str(value)) * 100)} %"
    if kind == "money":
        amount = Decimal(str(value))
        places = places_of() if round_money(amount, places_of()) == amount else 2
        return f"{number_format(amount, places, force_grouping=True)} {settings.BASE_CURRENCY}"
    if kind in LISTS:
        return ", ".join(str(n) for n in value)
    if kind in ("int", "decimal"):
        return _plain(Decimal(str(value)))
    if isinstance(value, str):
        named = dict(parameter.choices)
        return ", ".join(str(named.get(word, word)) for word in listed(value)) if named else value
    pairs = isinstance(value, list) and all(isinstance(part, list) and len(part) == 2 for part in value)
    if pairs and value:  # from–to pairs, such as blocks of hours
        return ", ".join(f"{first}–{last}" for first, last in value)
    return json.dumps(value, ensure_ascii=False)


def listed(text: str) -> list[str]:
    """The words of a text that lists codes, separated by commas or blanks."""
    return text.replace(",", " ").split()


def words_with_unit(parameter: RuleParameter, value: Any) -> str:
    """``words`` followed by the unit, for tables."""
    unit = str(parameter.unit)
    return singular(f"{words(parameter, value)} {unit}") if unit and unit != "%" else words(parameter, value)


def singular(text: str) -> str:
    """“1 minutes” as English says it; Chinese has one form only."""
    return _ONE.sub(r"1 \1", text)


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    places = len(text.partition(".")[2])
    return number_format(Decimal(text), places, force_grouping=True)


def editable(parameter: RuleParameter, value: Any) -> str:
    """A value as one types it into the form."""
    if parameter.kind == "fraction":
        return f"{format((Decimal(str(value)) * 100).normalize(), 'f')}%"
    if parameter.kind in LISTS:
        return ", ".join(str(n) for n in value)
    if parameter.kind == "json":
        return json.dumps(value, ensure_ascii=False)
    if parameter.kind == "bool":
        return "true" if value else "false"
    return str(value)
