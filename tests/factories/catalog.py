"""Thin makers of catalog rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

from salesops.catalog.models import Currency, PaymentTerm, PriceList, Product

_numbers = count(1)


def make_currency(code: str = "CNY", decimals: int = 2) -> Currency:
    return Currency.objects.get_or_create(code=code, defaults={"decimals": decimals})[0]


def make_product(code: str = "", **values) -> Product:
    values.setdefault("currency", make_currency())
    values.setdefault("list_price", Decimal("100"))
    code = code or f"P-{next(_numbers):04d}"
    return Product.objects.create(code=code, name=values.pop("name", code), **values)


def make_price_list(code: str = "DOMESTIC", **values) -> PriceList:
    values.setdefault("currency", make_currency())
    return PriceList.objects.create(code=code, name=values.pop("name", code.title()), **values)


def make_term(code: str = "NET-30", base: str = "invoice", days: int = 30, **values) -> PaymentTerm:
    return PaymentTerm.objects.get_or_create(code=code, defaults={"base": base, "days": days, **values})[0]
