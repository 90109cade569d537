"""Currencies, exchange rates, tax rates and payment terms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from salesops.audit.services import record
from salesops.catalog.models import Currency, ExchangeRate, PaymentTerm, TaxRate
from salesops.catalog.services.access import changed, require
from salesops.core.errors import Duplicate, InvalidInput
from salesops.core.locking import lock_row


@transaction.atomic
def add_currency(*, code: str, name: str = "", decimals: int = 2, actor: Any, at: datetime) -> Currency:
    """Add a currency by its ISO 4217 code. Raises ``InvalidInput`` or ``Duplicate``."""
    require(actor, "add", Currency)
    code = code.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise InvalidInput(_("A currency code has three letters, such as USD."), field="code")
    currency, created = Currency.objects.get_or_create(
        code=code, defaults={"name": name, "decimals": decimals}
    )
    if not created:
        raise Duplicate(_("This currency is there already."), field="code", existing=code)
    record("catalog.currency_added", actor=actor, at=at, data={"code": code})
    return currency


@transaction.atomic
def set_exchange_rate(
    currency: Currency | str, day: date, rate: Decimal, *, actor: Any, at: datetime
) -> ExchangeRate:
    """Set the rate of a currency from a day on: base currency units for one unit of it.

    Posted documents keep the rate they were posted with. Raises ``InvalidInput``.
    """
    require(actor, "add", ExchangeRate)
    code = currency if isinstance(currency, str) else currency.code
    if code == settings.BASE_CURRENCY:
        raise InvalidInput(_("The base currency has no rate: it is always 1."), field="currency")
    if rate <= 0:
        raise InvalidInput(_("A rate is greater than zero."), field="rate")
    if not Currency.objects.filter(code=code).exists():
        raise InvalidInput(_("There is no currency %(code)s.") % {"code": code}, field="currency")
    row, created = ExchangeRate.objects.select_for_update().get_or_create(
        currency_id=code, date=day, defaults={"rate": rate}
    )
    before = None if created else row.rate
    if not created and before == rate:
        return row
    row.rate = rate
    row.save()
    record(
        "catalog.rate_set",
        row,
        actor=actor,
        at=at,
        data={"currency": code, "date": day, "rate": rate, "before": before},
    )
    return row


@transaction.atomic
def set_tax_rate(
    code: str, rate: Decimal, from_date: date, *, name: str = "", actor: Any, at: datetime
) -> TaxRate:
    """Give a tax code a rate from a day on; the rate before it ends the day before.

    Raises ``InvalidInput`` where a later rate of the code exists or the rate is not a fraction.
    """
    require(actor, "add", TaxRate)
    code = code.strip().upper()
    if not code:
        raise InvalidInput(_("A tax rate needs a code."), field="code")
    if not 0 <= rate < 1:
        raise InvalidInput(_("A tax rate lies between 0 and 1: 13 % is 0.13."), field="rate")
    rows = TaxRate.objects.select_for_update().filter(code=code)
    if rows.filter(from_date__gte=from_date).exists():
        raise InvalidInput(
            _("This code has a rate from that day or a later one already."),
            field="from_date",
            way_out=_("History is not rewritten: choose a later day."),
        )
    rows.filter(to_date__isnull=True).update(to_date=from_date - timedelta(days=1))
    try:
        with transaction.atomic():
            row = TaxRate.objects.create(code=code, name=name, rate=rate, from_date=from_date)
    except IntegrityError:
        raise InvalidInput(_("This tax code has a rate for these days already."), field="from_date") from None
    record(
        "catalog.tax_rate_set",
        row,
        actor=actor,
        at=at,
        data={"code": code, "rate": rate, "from_date": from_date},
    )
    return row


def _check_term(term: PaymentTerm) -> None:
    if term.fixed_day is not None and not 1 <= term.fixed_day <= 31:
        raise InvalidInput(_("A day of the month lies between 1 and 31."), field="fixed_day")
    if not term.code.strip():
        raise InvalidInput(_("A payment term needs a code."), field="code")


@transaction.atomic
def create_payment_term(*, actor: Any, at: datetime, **values: Any) -> PaymentTerm:
    """Add a payment term. Raises ``Duplicate`` for a code in use."""
    require(actor, "add", PaymentTerm)
    term = PaymentTerm(**values)
    _check_term(term)
    if PaymentTerm.objects.filter(code__iexact=term.code).exists():
        raise Duplicate(_("There is a payment term with this code already."), field="code")
    term.save(force_insert=True)
    record("catalog.term_created", term, actor=actor, at=at, data={"code": term.code})
    return term


@transaction.atomic
def update_payment_term(term: PaymentTerm, *, actor: Any, at: datetime, **values: Any) -> PaymentTerm:
    """Change a payment term; due dates that were computed before stay as they are."""
    term = lock_row(PaymentTerm.objects.all(), term.pk)
    require(actor, "edit", term)
    differences = changed(term, values)
    _check_term(term)
    if PaymentTerm.objects.filter(code__iexact=term.code).exclude(pk=term.pk).exists():
        raise Duplicate(_("There is a payment term with this code already."), field="code")
    if differences:
        term.save()
        record(
            "catalog.term_changed", term, actor=actor, at=at, data={"code": term.code, "changes": differences}
        )
    return term
