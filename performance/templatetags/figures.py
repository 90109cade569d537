"""``{% load figures %}``: a figure in its unit, a change with its sign."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from performance.choices import Unit
from salesops.audit.verbs import sentence_of
from salesops.ui.templatetags import ui

register = template.Library()
NONE = "–"


@register.filter
def figure(value: Decimal | None, unit: str) -> SafeString | str:
    """Money with cents, counts whole, rates in percent, quantities as they are; n/a as a dash."""
    if value is None:
        return NONE
    if unit == Unit.MONEY:
        return ui.money(value)
    if unit == Unit.PERCENT:
        return ui.percent(value)
    if unit == Unit.COUNT:
        return number_format(value.quantize(Decimal(1)), 0, force_grouping=True)
    if unit == Unit.DAYS:
        return number_format(value, 1, force_grouping=True)
    return ui.quantity(value)


@register.filter
def change(tile: Any) -> str:
    """The change to the period before with its sign: relative, or in points for rates."""
    if tile.change is None:
        return ""
    sign = "+" if tile.change > 0 else "−" if tile.change < 0 else "±"
    return f"{sign}{number_format(abs(tile.change) * 100, 1)}"


@register.filter
def points_word(tile: Any) -> str:
    """Behind a change in points: “point” only where exactly one is shown."""
    one = number_format(abs(tile.change) * 100, 1) == number_format(1, 1)
    return ngettext("point", "points", 1 if one else 2)


@register.filter
def sentence(event: Any) -> str:
    """What an entry of the timeline says."""
    return sentence_of(event.verb, event.actor, event.data)
