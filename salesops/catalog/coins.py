"""Decimals of currencies: read once per process, since a currency keeps them; forgotten when one is saved."""

from __future__ import annotations

import re

from django.apps import apps
from django.conf import settings
from django.db import transaction

_CODE = re.compile("[A-Z]{3}")
_places: dict[str, int] = {}


def decimals_of(currency: str = "") -> int:
    """How many decimals a currency has, by default the base currency; two where it is not on file."""
    code = currency or settings.BASE_CURRENCY
    if code not in _places and _CODE.fullmatch(code):
        rows = apps.get_model("catalog", "Currency")._default_manager.values_list("code", "decimals")
        _places.update(rows)
    return _places.get(code, 2)


def coins_of(currency: str = "") -> int:
    """Decimals of its amounts: what ``core.money.places_of`` answers. Amounts are kept with two at most."""
    return min(decimals_of(currency), 2)


def forget() -> None:
    """Read them again, once what was written holds."""
    transaction.on_commit(_places.clear)
