"""Rates, prices and taxes on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from salesops.catalog.models import ExchangeRate, PriceEntry, PriceList, Product, TaxRate
from salesops.core.errors import InvalidInput


def rate_to_base(currency: str, *, on: date) -> Decimal:
    """Base currency units for one unit of ``currency`` on a day: the newest rate not after that day.

    Raises ``InvalidInput`` naming currency and day when there is none.
    """
    if currency == settings.BASE_CURRENCY:
        return Decimal(1)
    rates = ExchangeRate.objects.filter(currency_id=currency, date__lte=on).order_by("-date")
    rate = rates.values_list("rate", flat=True).first()
    if rate is None:
        raise no_rate(currency, on)
    return rate


def rates_to_base(pairs: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Decimal]:
    """Rates for many (currency, day) at once, in one query; pairs without a rate are absent."""
    wanted = set(pairs)
    answer = {pair: Decimal(1) for pair in wanted if pair[0] == settings.BASE_CURRENCY}
    foreign = wanted - answer.keys()
    if not foreign:
        return answer
    days: dict[str, list[date]] = defaultdict(list)
    rates: dict[str, list[Decimal]] = defaultdict(list)
    rows = (
        ExchangeRate.objects.filter(
            currency_id__in={c for c, _day in foreign}, date__lte=max(day for _c, day in foreign)
        )
        .order_by("currency_id", "date")
        .values_list("currency_id", "date", "rate")
    )
    for currency, day, rate in rows:
        days[currency].append(day)
        rates[currency].append(rate)
    for currency, day in foreign:
        place = bisect_right(days[currency], day)
        if place:
            answer[(currency, day)] = rates[currency][place - 1]
    return answer


def no_rate(currency: str, on: date) -> InvalidInput:
    """The refusal for a currency without a rate on a day."""
    return InvalidInput(
        _("There is no exchange rate for %(currency)s on %(date)s.")
        % {"currency": currency, "date": date_format(on, "DATE_FORMAT")},
        field="currency",
        way_out=_("Enter one under Administration, Exchange rates, or import exchange_rates."),
    )


def _on(day: date) -> Q:
    return Q(from_date__lte=day) & (Q(to_date__isnull=True) | Q(to_date__gte=day))


def price_on(product: Product | int, price_list: PriceList | str, on: date) -> Decimal | None:
    """The price of a product on a list (or its code) on a day, in the list's currency; None without one."""
    key = product if isinstance(product, int) else product.pk
    return prices_on([key], price_list, on).get(key)


def prices_on(products: Iterable[int], price_list: PriceList | str, on: date) -> dict[int, Decimal]:
    """Prices of many products (by primary key) on a list on a day."""
    rows = PriceEntry.objects.filter(_on(on), product_id__in=set(products))
    if isinstance(price_list, str):
        rows = rows.filter(price_list__code=price_list)
    else:
        rows = rows.filter(price_list=price_list)
    return dict(rows.values_list("product_id", "price"))


def tax_rate_on(code: str, *, on: date) -> Decimal:
    """The rate of a tax code on a day as a fraction. Raises ``InvalidInput`` if there is none."""
    rate = TaxRate.objects.filter(_on(on), code=code).values_list("rate", flat=True).first()
    if rate is None:
        raise InvalidInput(
            _("There is no tax rate %(code)s on %(date)s.")
            % {"code": code, "date": date_format(on, "DATE_FORMAT")},
            field="tax_rate",
            way_out=_("Enter one under Administration, Tax rates."),
        )
    return rate


def tax_choices(*, on: date) -> list[tuple[Decimal, str]]:
    """Tax rates in force on a day, for a choice field: (fraction, words)."""
    return [(t.rate, str(t)) for t in TaxRate.objects.filter(_on(on)).order_by("-rate", "code")]
