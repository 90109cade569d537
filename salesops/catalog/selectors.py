"""Rates on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from salesops.catalog.models import ExchangeRate
from salesops.core.errors import InvalidInput


def rate_to_base(currency: str, *, on: date) -> Decimal:
    """Base currency units for one unit of ``currency`` on a day: the newest rate not after that day.

    Raises ``InvalidInput`` naming currency and day when there is none.
    """
    if currency == settings.BASE_CURRENCY:
        return Decimal(1)
    rate = (
        ExchangeRate.objects.filter(currency_id=currency, date__lte=on)
        .order_by("-date")
        .values_list("rate", flat=True)
        .first()
    )
    if rate is None:
        raise InvalidInput(
            _("There is no exchange rate for %(currency)s on %(date)s.") % {"currency": currency, "date": on},
            field="currency",
            way_out=_("Enter one under Administration, Exchange rates, or import exchange_rates."),
        )
    return rate
