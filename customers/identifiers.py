"""Tax numbers and telephone numbers: normalise first, then check, then mask (domain §11)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
from babel import Locale
from django.utils.translation import gettext_lazy as _

from customers.errors import InvalidPhone

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_TW_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_BLANKS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u30fc\uff0d]")
_ALIASES = {
    "中国大陆": "CN", "中国大陸": "CN", "中國大陸": "CN", "中华人民共和国": "CN", "中華人民共和國": "CN",
    "中國": "CN", "中国": "CN", "prc": "CN", "p.r.china": "CN", "mainlandchina": "CN", "chn": "CN",
    "台湾": "TW", "臺灣": "TW", "台灣": "TW", "中華民國": "TW", "roc": "TW", "twn": "TW",
    "香港": "HK", "hongkong": "HK", "澳门": "MO", "澳門": "MO", "macau": "MO", "macao": "MO",
    "usa": "US", "u.s.a.": "US", "us": "US", "unitedstatesofamerica": "US", "uk": "GB", "england": "GB",
    "greatbritain": "GB", "korea": "KR", "southkorea": "KR", "russia": "RU", "holland": "NL",
    "czechrepublic": "CZ", "vietnam": "VN", "uae": "AE", "turkey": "TR",
}  # fmt: skip


def normalise(text: str) -> str:
    """Half-width upper-case characters without blanks; the Chinese zero 〇 becomes 0 (trap 12)."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text or "")).replace("〇", "0").upper()


@lru_cache(maxsize=1)
def _territories() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("zh_Hant", "zh_Hans", "en"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names[_country_key(name)] = code
                names[code.lower()] = code
    return names | {_country_key(name): code for name, code in _ALIASES.items()}


def _country_key(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text or "")).lower()


def country_code(text: str, *, home: str = "") -> str:
    """ISO 3166 code of a country written in English or Chinese, ``home`` when empty, "" when unknown."""
    key = _country_key(text)
    return _territories().get(key, "") if key else home


def is_abroad(customer: Any) -> bool:
    """Does the customer sit outside the Chinese-speaking markets? A customer without a country is at home."""
    return country_code(customer.country, home="CN") not in ("CN", "TW", "HK", "MO")


# --- tax numbers ------------------------------------------------------------------------------------


def is_uscc(number: str) -> bool:
    """Is ``number`` (normalised) a Unified Social Credit Code of the PRC with a right check character?

    The outer ``mod 31`` matters: remainder 0 gives the character 0.
    """
    if len(number) != 18 or any(character not in USCC_ALPHABET for character in number):
        return False
    values = [USCC_ALPHABET.index(character) for character in number]
    total = sum(value * weight for value, weight in zip(values[:17], _USCC_WEIGHTS, strict=True))
    return values[17] == (31 - total % 31) % 31


def is_taiwan_number(number: str) -> bool:
    """Is ``number`` (normalised) a valid 統一編號 by the rule of 2023-04-01 (sum divisible by 5)?"""
    if not re.fullmatch(r"[0-9]{8}", number) or number == "00000000":
        return False
    total = sum(
        sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(number, _TW_WEIGHTS, strict=True)
    )
    return total % 5 == 0 or (number[6] == "7" and (total + 1) % 5 == 0)


@dataclass(frozen=True)
class TaxCheck:
    """``number`` normalised; ``ok`` or the ``problem`` as a sentence; ``rule`` says what it was checked by."""

    number: str
    ok: bool
    rule: str = ""
    problem: Any = ""


def check_tax_number(text: str, *, country: str) -> TaxCheck:
    """Check a tax number by the rule of ``country`` (an ISO code); other countries' numbers pass as they are."""
    number = normalise(text)
    if not number:
        return TaxCheck("", True)
    if country == "CN":
        return TaxCheck(
            number, is_uscc(number), "USCC", _("This is not a valid unified social credit code of the PRC.")
        )
    if country == "TW":
        return TaxCheck(
            number,
            is_taiwan_number(number),
            "TW",
            _("This is not a valid unified business number of Taiwan."),
        )
    return TaxCheck(number, True)


# --- telephone numbers ------------------------------------------------------------------------------

_EXTENSION = re.compile(r"(?:EXT\.?|X|#|转|轉|分机|分機)([0-9]{1,6})$")
_PATTERNS = {
    "CN": (
        re.compile(r"^(?P<n>1[3-9]\d{9})$"),
        re.compile(r"^(?P<n>[48]00\d{7})$"),
        re.compile(r"^0(?P<n>\d{2,3}-?\d{7,8})(?:-(?P<e>\d{1,6}))?$"),
    ),
    "TW": (
        re.compile(r"^0(?P<n>9\d{8})$"),
        re.compile(r"^0(?P<n>[2-8]\d{0,2}-?\d{5,8})$"),
    ),
}
_PREFIX = {"CN": "+86", "TW": "+886"}
COUNTRY_CODES = tuple(_PREFIX.values())  # of the countries in which numbers are written without theirs


def normalise_phone(text: str, *, country: str) -> str:
    """E.164 of a number as people write it in ``country`` (ISO code), with ``;ext=`` for an extension.

    Raises ``InvalidPhone`` with the way out.
    """
    number = _DASHES.sub("-", unicodedata.normalize("NFKC", text or "").replace("〇", "0"))
    number = re.sub(r"[().·/]", "", _BLANKS.sub("", number)).upper()
    if number.startswith("TEL:"):
        number = number[4:]
    number, _sep, extension = number.partition(";EXT=")
    if not extension and (found := _EXTENSION.search(number)):
        number, extension = number[: found.start()], found[1]
    if not number:
        return ""
    if number.startswith("00"):
        number = "+" + number[2:]
    compact = number.replace("-", "")
    for written in (number, compact):
        for pattern in _PATTERNS.get(country, ()):
            if match := pattern.match(written):
                groups = match.groupdict()
                local = groups["n"].replace("-", "")
                return _join(_PREFIX[country] + local, extension or groups.get("e") or "")
    if compact.startswith("+"):
        if not re.fullmatch(r"\+[1-9]\d{7,14}", compact):
            raise _bad_phone(text)
        return _join(_parsed(compact, None, text), extension)
    if country in _PATTERNS or not country:
        raise _bad_phone(text)
    return _join(_parsed(compact, country, text), extension)


def read_phone(text: str, *, country: str, lenient: bool) -> str:
    """As ``normalise_phone``; ``lenient`` (imports of old files) keeps a number that does not fit as it is written."""
    try:
        return normalise_phone(text, country=country)
    except InvalidPhone:
        if lenient:
            return text.strip()
        raise


def _parsed(number: str, region: str | None, text: str) -> str:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        raise _bad_phone(text) from None
    if not phonenumbers.is_possible_number(parsed):
        raise _bad_phone(text)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _join(number: str, extension: str) -> str:
    return f"{number};ext={extension}" if extension else number


def _bad_phone(text: str) -> InvalidPhone:
    return InvalidPhone(
        _("“%(text)s” is not a telephone number here.") % {"text": text},
        field="phone",
        way_out=_("Write it with + and the country code, for example +49 30 123456."),
    )


def show_phone(number: str) -> str:
    """A stored number as people read it: PRC mobiles 138 1234 5678, others in the international form."""
    main, _sep, extension = number.partition(";ext=")
    if not main.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(main, None)
    except phonenumbers.NumberParseException:
        return number
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    shown = phonenumbers.format_number(parsed, style)
    return f"{shown} #{extension}" if extension else shown
