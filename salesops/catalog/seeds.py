"""What every company starts with: currencies, tax rates and the usual payment terms (domain §6, §11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

# ISO 4217 code: (English name, decimals)
CURRENCIES: dict[str, tuple[str, int]] = {
    "AED": ("UAE dirham", 2),
    "AUD": ("Australian dollar", 2),
    "BRL": ("Brazilian real", 2),
    "CAD": ("Canadian dollar", 2),
    "CHF": ("Swiss franc", 2),
    "CLP": ("Chilean peso", 0),
    "CNY": ("Chinese yuan", 2),
    "CZK": ("Czech koruna", 2),
    "DKK": ("Danish krone", 2),
    "EUR": ("Euro", 2),
    "GBP": ("Pound sterling", 2),
    "HKD": ("Hong Kong dollar", 2),
    "HUF": ("Hungarian forint", 2),
    "IDR": ("Indonesian rupiah", 2),
    "ILS": ("Israeli new shekel", 2),
    "INR": ("Indian rupee", 2),
    "JPY": ("Japanese yen", 0),
    "KRW": ("South Korean won", 0),
    "KWD": ("Kuwaiti dinar", 3),
    "MOP": ("Macanese pataca", 2),
    "MXN": ("Mexican peso", 2),
    "MYR": ("Malaysian ringgit", 2),
    "NOK": ("Norwegian krone", 2),
    "NZD": ("New Zealand dollar", 2),
    "PHP": ("Philippine peso", 2),
    "PLN": ("Polish zloty", 2),
    "SAR": ("Saudi riyal", 2),
    "SEK": ("Swedish krona", 2),
    "SGD": ("Singapore dollar", 2),
    "THB": ("Thai baht", 2),
    "TRY": ("Turkish lira", 2),
    "TWD": ("New Taiwan dollar", 2),
    "USD": ("US dollar", 2),
    "VND": ("Vietnamese dong", 0),
    "ZAR": ("South African rand", 2),
}

# code, rate, first day, last day. A change of law is a new row with its own days.
TAX_RATES: list[tuple[str, Decimal, date, date | None]] = [
    ("CN-13", Decimal("0.13"), date(2000, 1, 1), None),
    ("CN-9", Decimal("0.09"), date(2000, 1, 1), None),
    ("CN-6", Decimal("0.06"), date(2000, 1, 1), None),
    ("CN-3", Decimal("0.03"), date(2000, 1, 1), None),
    ("EXPORT-0", Decimal("0"), date(2000, 1, 1), None),
    ("TW-5", Decimal("0.05"), date(2000, 1, 1), None),
]

# code, base, days
PAYMENT_TERMS: list[tuple[str, str, int]] = [
    ("PREPAID", "prepaid", 0),
    ("COD", "delivery", 0),
    ("NET-0", "invoice", 0),
    ("NET-7", "invoice", 7),
    ("NET-14", "invoice", 14),
    ("NET-15", "invoice", 15),
    ("NET-30", "invoice", 30),
    ("NET-45", "invoice", 45),
    ("NET-60", "invoice", 60),
    ("NET-90", "invoice", 90),
    ("EOM-0", "end_of_month", 0),
    ("EOM-30", "end_of_month", 30),
    ("EOM-60", "end_of_month", 60),
    ("EOM-90", "end_of_month", 90),
    ("BOM-30", "start_of_next_month", 30),
    ("DEL-30", "delivery", 30),
    ("ACC-30", "acceptance", 30),
    ("SIGN-30", "sign", 30),
]


def plant(currency, tax_rate, payment_term) -> None:
    """Write what is missing through the given models; existing rows are left as they are."""
    currency.objects.bulk_create(
        (currency(code=c, name=name, decimals=n) for c, (name, n) in CURRENCIES.items()),
        ignore_conflicts=True,
    )
    if not tax_rate.objects.exists():
        tax_rate.objects.bulk_create(
            tax_rate(code=code, rate=rate, from_date=first, to_date=last)
            for code, rate, first, last in TAX_RATES
        )
    payment_term.objects.bulk_create(
        (payment_term(code=code, base=base, days=days) for code, base, days in PAYMENT_TERMS),
        ignore_conflicts=True,
    )
