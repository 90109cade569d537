"""What several services ask of the input before they write: reasons that say something, amounts that exist."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.core.errors import InvalidInput
from salesops.core.money import round_money

MOST_MONEY = Decimal("9999999999999999.99")  # numeric(18,2) holds no more


def said(text: str, ask: Any, *, field: str = "reason", most: int = 300) -> str:
    """The words that an act needs, tidied and cut to their column. Raises ``InvalidInput(ask)`` for none."""
    words = " ".join(text.split())
    if not words:
        raise InvalidInput(ask, field=field)
    return words[:most]


def exact_amount(amount: Any, *, currency: Any = None, field: str = "amount", zero: bool = False) -> Decimal:
    """A positive amount in coins that its currency has; ``zero`` allows none at all. Raises ``InvalidInput``."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise InvalidInput(_("This is not an amount."), field=field, way_out=_("Write it like 1234.50."))
    if amount < 0 or (amount == 0 and not zero):
        message = (
            _("An amount may not be less than zero.") if zero else _("An amount must be more than zero.")
        )
        raise InvalidInput(message, field=field, amount=amount)
    exact = round_money(fitting(amount, field=field), min(currency.decimals, 2) if currency else 2)
    if exact != amount:
        raise InvalidInput(
            _("%(amount)s has more decimals than the currency allows.") % {"amount": amount}, field=field
        )
    return round_money(amount)


def fitting(amount: Decimal, *, field: str = "amount") -> Decimal:
    """An amount that can be written down, also one converted to base currency. Raises ``InvalidInput``."""
    if abs(amount) > MOST_MONEY:
        raise InvalidInput(_("This amount is too large."), field=field, amount=amount)
    return amount
