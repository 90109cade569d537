"""Customers and contacts by telephone: by any part of it where it is shown in full, else by the whole number."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable
from typing import Any

import phonenumbers
from django.db.models import Q

from customers.identifiers import COUNTRY_CODES
from customers.masking import plain_rows
from customers.naming import fold

SHORTEST = 6
_OTHER = re.compile(r"[^\d\s+()./-]")


def looks_like_phone(text: str) -> bool:
    """Six digits or more, and nothing but what stands between digits of a telephone number."""
    return len(_digits(text)) >= SHORTEST and not _OTHER.search(fold(text))


def phone_search(text: str, fields: Iterable[str], user: Any, *, file: str = "") -> Q:
    """Rows in which one of ``fields`` is this number or, where ``user`` sees it without a mask, holds its digits.

    ``file`` leads to the customer whose owner that is. A number as it is stored (E.164) is met in each way in which
    it is written: with its country code, or as in its country. Who could look for parts of what is masked would soon
    have the whole.
    """
    digits, fields = _digits(text), tuple(fields)
    whole = _either(_is(name, digits) for name in fields)
    if user is None:
        return whole
    return whole | _either(Q(**{f"{name}__contains": digits}) for name in fields) & plain_rows(user, file)


def _either(conditions: Iterable[Q]) -> Q:
    return functools.reduce(operator.or_, conditions)


def _digits(text: str) -> str:
    return "".join(c for c in fold(text) if c.isascii() and c.isdigit())


def _is(field: str, digits: str) -> Q:
    """The field is this number, with an extension or without."""
    stored = _stored(digits)
    ways = [Q(**{f"{field}__in": stored})]
    national = digits.lstrip("0")
    for main in (*stored[:2], *(code + national for code in COUNTRY_CODES)):
        ways.append(Q(**{f"{field}__startswith": f"{main};ext="}))
    return _either(ways)


def _stored(digits: str) -> list[str]:
    """How a number with these digits may stand on file: as it is, with its country code, in any country."""
    international = digits.removeprefix("00")
    national = digits.lstrip("0")
    codes = (f"+{code}{national}" for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    return list(dict.fromkeys((digits, f"+{international}", *codes)))
