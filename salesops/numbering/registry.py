"""Classes of document numbers (domain §10) and the pattern in which they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.core.errors import InvalidInput
from salesops.core.registry import Registry


@dataclass(frozen=True)
class NumberClass:
    """Two letters and what they stand for."""

    code: str
    title: Any


number_classes: Registry[NumberClass] = Registry("number classes")
_SERIAL = re.compile(r"\{(0+)\}")


def register_classes() -> None:
    for code, title in {
        "KH": gettext_lazy("Customer"),
        "XS": gettext_lazy("Lead"),
        "SJ": gettext_lazy("Opportunity"),
        "BJ": gettext_lazy("Quotation"),
        "YP": gettext_lazy("Sample"),
        "HT": gettext_lazy("Contract"),
        "DD": gettext_lazy("Order"),
        "PS": gettext_lazy("Order review"),
        "FH": gettext_lazy("Delivery notice"),
        "TH": gettext_lazy("Return"),
        "FP": gettext_lazy("Invoice"),
        "SK": gettext_lazy("Receipt"),
        "DZ": gettext_lazy("Statement"),
        "CK": gettext_lazy("Demand letter"),
        "KS": gettext_lazy("Complaint"),
        "SH": gettext_lazy("Service ticket"),
        "BF": gettext_lazy("Visit"),
        "JD": gettext_lazy("Reception"),
        "XM": gettext_lazy("Project"),
        "PX": gettext_lazy("Training"),
        "HY": gettext_lazy("Minutes"),
        "DY": gettext_lazy("Market report"),
        "YX": gettext_lazy("Marketing plan"),
        "CP": gettext_lazy("Product requirement"),
        "BX": gettext_lazy("Expense claim"),
        "JY": gettext_lazy("Document loan"),
        "YS": gettext_lazy("Receivable"),
        "HZ": gettext_lazy("Credit note"),
        "TZ": gettext_lazy("Adjustment of a receivable"),
        "TK": gettext_lazy("Refund"),
    }.items():
        number_classes.register(code, NumberClass(code, title))


def check_pattern(pattern: str) -> None:
    """A pattern must name class and year and hold one run of zeros, or numbers would repeat."""
    if "{class}" not in pattern or not ("{yyyy}" in pattern or "{yy}" in pattern):
        raise InvalidInput(
            _("A number pattern names {class} and {yyyy} or {yy}."),
            field="value",
            way_out=_("The usual pattern is {class}-{yyyy}-{00000}."),
        )
    if len(_SERIAL.findall(pattern)) != 1:
        raise InvalidInput(
            _("A number pattern holds one place for the running number, such as {00000}."), field="value"
        )
    rest = _SERIAL.sub("", pattern.replace("{class}", "").replace("{yyyy}", "").replace("{yy}", ""))
    if not re.fullmatch(r"[A-Za-z0-9\-/._]*", rest):
        raise InvalidInput(
            _("Between the parts of a number stand only letters, digits and - / . _"), field="value"
        )


def parts_of(pattern: str, document_class: str, year: int) -> tuple[str, int, str]:
    """What stands before the running number, to how many digits this is filled up, and what stands behind."""
    text = pattern.replace("{class}", document_class)
    text = text.replace("{yyyy}", f"{year:04d}").replace("{yy}", f"{year % 100:02d}")
    head, zeros, tail = _SERIAL.split(text, maxsplit=1)
    return head, len(zeros), tail


def write_number(pattern: str, document_class: str, on: date, serial: int) -> str:
    """A number in the pattern: class, year of ``on``, running number filled up with zeros."""
    head, width, tail = parts_of(pattern, document_class, on.year)
    return f"{head}{str(serial).zfill(width)}{tail}"
