"""Texts of a spreadsheet become typed values, exactly: no decimal ever passes through a float."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from salesops.exchange.formulas import unguard
from salesops.exchange.registry import Column

EMPTY = {"", "NULL", "null", "Null"}
_YEAR_FIRST = re.compile(
    r"^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)$")
_TRUE = {"true", "yes", "y", "t", "1", "是", "对", "對", "真", "√"}
_FALSE = {"false", "no", "n", "f", "0", "否", "不", "假", "×"}
_FORMULA_ERRORS = {"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#N/A", "#SPILL!", "#CALC!"}
_SYMBOLS = str.maketrans("", "", "¥$€£元 \u00a0")


class BadValue(ValueError):
    """A cell that cannot be read; the text says why and what would do."""


def parser_for(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    """A function from a cell to its typed value, ``None`` when empty; raises ``BadValue``."""
    read = _readers[column.type](column, options)
    empty = EMPTY | set(options.get("empty", ()))
    before = _preparation(options, empty)

    def parse(cell: Any) -> Any:
        value = before(cell) if before else cell
        if value is None:
            return None
        if isinstance(value, str):
            value = value.strip()
            if value in empty:
                return None
        return read(value)

    return parse


def _preparation(options: dict[str, Any], empty: set[str]) -> Callable[[Any], Any] | None:
    steps: list[Callable[[Any], Any]] = []
    if strip := options.get("strip"):
        steps.append(lambda cell: str(cell).strip().strip(strip))
    if suffix := options.get("remove_suffix"):
        steps.append(lambda cell: str(cell).strip().removesuffix(suffix))
    if values := options.get("values"):
        table = {str(k).strip(): _as_text(v) for k, v in values.items()}
        steps.append(lambda cell: table.get(str(cell).strip(), cell))
    if options.get("prefix") or options.get("suffix"):
        head, tail = str(options.get("prefix", "")), str(options.get("suffix", ""))
        steps.append(
            lambda cell: cell if cell is None or str(cell).strip() in empty else f"{head}{cell}{tail}"
        )
    if "default" in options:
        default = _as_text(options["default"])
        steps.append(lambda cell: default if cell is None or str(cell).strip() in empty else cell)
    if not steps:
        return None

    def run(cell: Any) -> Any:
        for step in steps:
            cell = step(cell)
        return cell

    return run


def _as_text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _text(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    limit = column.max_length

    def read(cell: Any) -> str:
        text = cell.isoformat() if isinstance(cell, (date, datetime)) else str(cell)
        text = unguard(text)
        if text in _FORMULA_ERRORS:
            raise BadValue(_("a formula of the spreadsheet went wrong here"))
        if not text.isprintable():
            _refuse_unprintable(text)
        if len(text) > limit:
            raise BadValue(_("longer than %(limit)d characters") % {"limit": limit})
        return text

    return read


def _refuse_unprintable(text: str) -> None:
    for character in text:
        if 0xD800 <= ord(character) <= 0xDFFF:
            raise BadValue(
                _("not readable in the file's encoding; name it in the mapping, for example [file] encoding")
            )
        if unicodedata.category(character) == "Cc" and character not in "\n\r\t":
            raise BadValue(_("contains a control character"))


def _date(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    moment = _moment(options)

    def read(cell: Any) -> date:
        value = moment(cell)
        return value.date() if isinstance(value, datetime) else value

    return read


def _datetime(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    moment = _moment(options)

    def read(cell: Any) -> datetime:
        value = moment(cell)
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        return value if timezone.is_aware(value) else timezone.make_aware(value)

    return read


def _moment(options: dict[str, Any]) -> Callable[[Any], date]:
    wanted = options.get("formats") or options.get("format") or []
    formats = [wanted] if isinstance(wanted, str) else list(wanted)

    def read(cell: Any) -> date:
        if isinstance(cell, (date, datetime)):
            return _sane(cell)
        text = unicodedata.normalize("NFKC", str(cell)).strip()
        for pattern in formats:
            if (value := _by_pattern(text, pattern)) is not None:
                return _sane(value)
        if (value := _year_first(text)) is not None:
            return _sane(value)
        if formats:
            raise BadValue(_("not a date written as %(format)s") % {"format": ", ".join(formats)})
        if _excel(text):
            raise BadValue(
                _("the day number of a spreadsheet: format the column as dates, or name the format “excel”")
            )
        raise BadValue(_("not a date: write it as 2026-10-31, or name its format in the mapping"))

    return read


def _by_pattern(text: str, pattern: str) -> date | None:
    if pattern == "excel":
        return _excel(text)
    for candidate in (text, text.split()[0] if text.split() else text, text.split("T")[0]):
        try:
            return datetime.strptime(candidate, pattern)
        except ValueError:
            continue
    return None


def _excel(text: str) -> date | None:
    """A day number of a spreadsheet: 45000 is 2023-03-15, 45000.75 its evening at six; whole seconds."""
    if not re.fullmatch(r"\d{5}(\.\d{1,20})?", text):
        return None
    seconds = (Decimal(text) * 86400).to_integral_value(ROUND_HALF_UP)
    return datetime(1899, 12, 30) + timedelta(seconds=int(seconds))


def _year_first(text: str) -> date | None:
    match = _YEAR_FIRST.match(text)
    if match is None:
        return None
    year, months, days = match[1], match[2] or match[4] or match[6], match[3] or match[5] or match[7]
    try:
        day = date(int(year), int(months), int(days))
        if match[8] is None:
            return day
        micro = int((match[11] or "0")[:6].ljust(6, "0"))
        moment = datetime.combine(day, time(int(match[8]), int(match[9]), int(match[10] or 0), micro))
        zone = match[12]
        return (
            datetime.fromisoformat(moment.isoformat() + zone.replace("Z", "+00:00")).astimezone(
                timezone.get_current_timezone()
            )
            if zone
            else moment
        )
    except ValueError:
        raise BadValue(_("this day is not in the calendar")) from None


def _sane(value: date) -> date:
    if not 1900 <= value.year <= 2200:
        raise BadValue(_("the year must lie between 1900 and 2200"))
    return value


def _decimal(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    thousands = options.get("thousands", "")
    point = options.get("decimal") or ("," if thousands == "." else ".")
    guess = bool(options.get("guess")) and not thousands and "decimal" not in options
    scale = Decimal(str(options["scale"])) if "scale" in options else None
    unit = Decimal(1).scaleb(-column.places)
    limit = Decimal(10) ** (column.digits - column.places)
    percent = column.type == "fraction"

    def read(cell: Any) -> Decimal:
        text = _bare(unicodedata.normalize("NFKC", str(cell)).replace("−", "-"))
        if guess:
            text = _plain(text)
        if thousands and thousands in text:
            text = _ungrouped(text, thousands, point)
        if point != ".":
            text = text.replace(".", "\0").replace(point, ".")
        shift = Decimal(1)
        if percent and text.endswith("折"):
            return _tenths_left(text[:-1]).quantize(unit)
        if percent and text.endswith("%"):
            text, shift = text[:-1], Decimal("0.01")
        if not _NUMBER.match(text):
            raise BadValue(_number_reason(text))
        if len(text) > 60:
            raise BadValue(_("too many digits"))
        value = Decimal(text) * shift
        value = value if scale is None else value * scale
        if abs(value) >= limit:
            raise BadValue(_("too large: at most %(digits)d digits") % {"digits": column.digits})
        return value.quantize(unit, rounding=ROUND_HALF_UP) + 0

    return read


def _bare(text: str) -> str:
    """Without currency signs and blanks; (12.50) and 12.50- are what accountants write for -12.50."""
    text = text.translate(_SYMBOLS)
    if text.startswith("(") and text.endswith(")"):
        return "-" + text[1:-1]
    return "-" + text[:-1] if text.endswith("-") and text[:1].isdigit() else text


_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_CONTINENTAL = re.compile(r"[+-]?(\d{1,3}(\.\d{3})*|\d+),\d{1,2}|[+-]?\d{1,3}(\.\d{3}){2,}")


def _plain(text: str) -> str:
    """1,234.50 and 1.234,50 of a bank, where the file can mean only one number; anything else stays as it is."""
    if _ENGLISH.fullmatch(text):
        return text.replace(",", "")
    if _CONTINENTAL.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text


def _ungrouped(text: str, thousands: str, point: str) -> str:
    """Digits without the thousands sign, where it parts them as it should: 12,50 is not twelve hundred and fifty."""
    head, sign, tail = text.partition(point)
    groups = head.lstrip("+-").split(thousands)
    if thousands in tail or not 1 <= len(groups[0]) <= 3 or len(groups[-1]) != 3:
        raise BadValue(_("the thousands sign stands in the wrong place: “%(sign)s”") % {"sign": thousands})
    if any(len(group) not in (2, 3) for group in groups[1:]):
        raise BadValue(_("the thousands sign stands in the wrong place: “%(sign)s”") % {"sign": thousands})
    return head.replace(thousands, "") + sign + tail


def _tenths_left(text: str) -> Decimal:
    """8折 is paid at eight tenths, so the discount is 0.2; 85折 is 8.5折."""
    if not re.fullmatch(r"\d{1,2}(\.\d{1,4})?", text):
        raise BadValue(_("not a number"))
    tenths = Decimal(text)
    if tenths > 10 and "." not in text:
        tenths /= 10
    if not 1 <= tenths <= 10:
        raise BadValue(_("not clear: write the discount as a fraction, for example 0.2 for 8折"))
    return 1 - tenths / 10


def _number_reason(text: str) -> str:
    if "," in text:
        return _("not a number as it stands: name decimal and thousands signs in the mapping")
    if re.search(r"\d[eE][+-]?\d", text):
        return _("written with an exponent: format the column as a number first")
    return _("not a number")


def _int(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    exact = _decimal(Column(column.name, "decimal", places=6, digits=16), options)

    def read(cell: Any) -> int:
        value = exact(cell)
        if value != value.to_integral_value():
            raise BadValue(_("not a whole number"))
        if not 0 <= value <= 2147483647:
            raise BadValue(_("must lie between 0 and 2147483647"))
        return int(value)

    return read


def _bool(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    def read(cell: Any) -> bool:
        text = unicodedata.normalize("NFKC", str(cell)).strip().lower()
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise BadValue(_("neither yes nor no"))

    return read


def _choice(column: Column, options: dict[str, Any]) -> Callable[[Any], Any]:
    table: dict[str, Any] = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            table.update({str(label).strip().lower(): value for value, label in column.choices})
    table.update({str(value).lower(): value for value, label in column.choices})

    def read(cell: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(cell)).strip().lower()
        if text in table:
            return table[text]
        allowed = ", ".join(dict.fromkeys(str(value) for value, label in column.choices))
        raise BadValue(_("not one of: %(choices)s") % {"choices": allowed})

    return read


_readers: dict[str, Callable[[Column, dict[str, Any]], Callable[[Any], Any]]] = {
    "text": _text,
    "reference": _text,
    "date": _date,
    "datetime": _datetime,
    "decimal": _decimal,
    "fraction": _decimal,
    "int": _int,
    "bool": _bool,
    "choice": _choice,
}

__all__ = ["EMPTY", "BadValue", "parser_for"]
