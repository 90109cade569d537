"""What a customer's credit is assessed by (CUS-06, domain §7): factors with a computed proposal and its figures.

An app registers a factor at start; ``compute(customer, on)`` answers a score from 0 to 100 (``None``: nothing is known)
and the figures behind it, ``words(figures)`` says them in the reader's language::

    credit_factors.register("payment", CreditFactor(_("Payment record"), payment, payment_words))

The weights of the first six are a rule of the handbook, in their order; a factor of another app has its own ``weight``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Sum, Value, When
from django.db.models.functions import Cast, Extract, TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Contact, Customer
from customers.selectors import family_of
from orders.choices import OrderState
from orders.models import Order
from receivables.choices import Method
from receivables.customer_facts import punctuality
from receivables.models import Receipt, SettlementLine
from salesops.catalog.selectors import rate_to_base
from salesops.core.errors import InvalidInput
from salesops.core.money import base_coins
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule
from salesops.ui.marks import amount_text, in_a_row

WEIGHTS = "receivables.credit_weights"
YEAR = timedelta(days=365)
FILE = (
    "tax_number", "address", "phone", "industry", "legal_rep", "registered_capital", "founded_on", "bank_account",
    "employees",
)  # fmt: skip
CAPITAL = ((50_000_000, 100), (10_000_000, 80), (1_000_000, 60), (1, 40))  # from base currency on: score
STAFF = ((500, 100), (100, 80), (20, 60), (1, 40))
GRADES = {"A": 100, "B": 80, "C": 60, "D": 40}
Answer = tuple[Decimal | None, dict[str, Any]]


@dataclass(frozen=True)
class CreditFactor:
    label: Any
    compute: Callable[[Customer, date], Answer]
    words: Callable[[dict[str, Any]], str]
    weight: int = 0


credit_factors: Registry[CreditFactor] = Registry("receivables.credit_factors")
OWN = ("payment", "years", "size", "standing", "regularity", "completeness")


def weights(on: date) -> dict[str, int]:
    """The weight of each factor on a day."""
    own = dict(zip(OWN, rule(WEIGHTS, on=on), strict=True))
    return {code: own.get(code, factor.weight) for code, factor in credit_factors.items()}


def lines_for(customer: Customer, *, on: date) -> list[dict[str, Any]]:
    """The computed proposal of every factor that has a weight."""
    lines = []
    for code, weight in weights(on).items():
        if weight:
            score, figures = credit_factors[code].compute(customer, on)
            shown = None if score is None else str(score)
            lines.append(
                {
                    "code": code,
                    "weight": weight,
                    "proposed": shown,
                    "score": shown,
                    "figures": figures,
                    "reason": "",
                }
            )
    return lines


def _score(value: Any) -> Decimal:
    return min(max(Decimal(value), Decimal(0)), Decimal(100)).quantize(Decimal("0.01"))


def _band(value: Any, bands: tuple[tuple[int, int], ...]) -> int:
    return next((score for least, score in bands if value >= least), 0)


def payment(customer: Customer, on: date) -> Answer:
    """What of the money due in twelve months was paid in time; ten points off for each paper that bounced."""
    family = family_of(customer)
    shares = punctuality(on, family)
    if not shares:
        return None, {}
    days = ExpressionWrapper(
        Cast(
            Extract(F("date") - F("receivable__due_date"), "day"),
            DecimalField(max_digits=18, decimal_places=2),
        ),
        output_field=DecimalField(max_digits=18, decimal_places=2),
    )
    late = Case(When(date__gt=F("receivable__due_date"), then=days), default=Value(Decimal(0)))
    found = SettlementLine.objects.filter(
        receivable__customer__in=family, receipt__isnull=False, date__gt=on - YEAR, date__lte=on
    ).aggregate(paid=Sum("base_amount"), late=Sum(late * F("base_amount"), output_field=DecimalField()))
    average = found["late"] / found["paid"] if found["paid"] else Decimal(0)
    bounced = Receipt.objects.filter(
        customer__in=family, method__in=(Method.DRAFT, Method.CHEQUE), reversed_date__gt=on - YEAR
    ).count()
    share = sum(shares.values()) / len(shares)
    figures = {"share": str(_score(share)), "days": str(round(average, 1)), "bounced": bounced}
    return _score(share - 10 * bounced), figures


def years(customer: Customer, on: date) -> Answer:
    """Twenty points for each year of cooperation."""
    count = Decimal((on - customer.created_date).days) / Decimal("365.25")
    return _score(count * 20), {"years": str(round(count, 1))}


def size(customer: Customer, on: date) -> Answer:
    """The better of registered capital and number of people."""
    capital, staff = customer.registered_capital, customer.employees
    if capital is None and staff is None:
        return None, {}
    score = max(_band(capital or 0, CAPITAL), _band(staff or 0, STAFF))
    return _score(score), {
        "capital": str(capital or 0),
        "currency": customer.currency_id,
        "staff": staff or 0,
    }


def standing(customer: Customer, on: date) -> Answer:
    """The grade of the file stands in for the standing in its industry; whoever assesses knows better."""
    if not customer.grade:
        return None, {"industry": customer.industry}
    return _score(GRADES[customer.grade]), {"grade": customer.grade, "industry": customer.industry}


def regularity(customer: Customer, on: date) -> Answer:
    """In how many of the last twelve months something was ordered."""
    rows = Order.objects.filter(
        customer__in=family_of(customer), order_date__gt=on - YEAR, order_date__lte=on
    )
    firm = rows.filter(state__in=(OrderState.CONFIRMED, OrderState.SHIPPED)).order_by()
    months = firm.annotate(month=TruncMonth("order_date")).values("month").distinct().count()
    return _score(Decimal(min(months, 12)) * 100 / 12), {"months": months}


def completeness(customer: Customer, on: date) -> Answer:
    """Which part of the file is filled in, a contact included."""
    missing = [name for name in FILE if getattr(customer, name) in (None, "")]
    if not Contact.objects.filter(customer__in=family_of(customer)).exists():
        missing.append("contact")
    filled = len(FILE) + 1 - len(missing)
    return _score(Decimal(filled) * 100 / (len(FILE) + 1)), {
        "filled": filled,
        "of": len(FILE) + 1,
        "missing": missing,
    }


def payment_words(f: dict[str, Any]) -> str:
    if not f:
        return _("Nothing fell due in twelve months.")
    return _("In time: %(share)s %%, on average %(days)s days late, bounced papers: %(bounced)s.") % f


def size_words(f: dict[str, Any]) -> str:
    if not f:
        return _("Neither capital nor people are on file.")
    known = Decimal(f["capital"])
    capital = f"{amount_text(known)} {f['currency']}" if known else "–"
    return _("Capital %(capital)s, people: %(staff)s.") % {"capital": capital, "staff": f["staff"] or "–"}


def standing_words(f: dict[str, Any]) -> str:
    if "grade" not in f:
        return _("Not graded yet: judge its standing in the industry (%(industry)s).") % {
            "industry": f.get("industry") or "–"
        }
    return _("Grade of the file: %(grade)s; industry: %(industry)s.") % {
        "grade": f["grade"],
        "industry": f["industry"] or "–",
    }


def completeness_words(f: dict[str, Any]) -> str:
    names = in_a_row(
        Contact._meta.verbose_name if name == "contact" else Customer._meta.get_field(name).verbose_name
        for name in f["missing"]
    )
    said = _("%(filled)s of %(of)s entries are filled in.") % {"filled": f["filled"], "of": f["of"]}
    return f"{said} " + _("Missing: %(names)s.") % {"names": names} if names else said


@dataclass(frozen=True)
class Sales:
    """Average sales of the months with shipments in the last twelve, in base currency."""

    average: Decimal | None
    months: int


def monthly_sales(customer: Customer, *, on: date) -> Sales:
    rows = Order.objects.filter(
        customer__in=family_of(customer), shipped_date__gt=on - YEAR, shipped_date__lte=on
    ).order_by()
    months = list(
        rows.annotate(month=TruncMonth("shipped_date"))
        .values("month")
        .annotate(sold=Sum("base_total"))
        .values_list("sold", flat=True)
    )
    return Sales(base_coins(sum(months, Decimal(0)) / len(months)) if months else None, len(months))


def in_currency(amount: Decimal, currency: str, *, on: date) -> Decimal:
    """An amount of base currency in a customer's; as it stands where no rate is on file."""
    try:
        return base_coins(amount / rate_to_base(currency, on=on))
    except InvalidInput:
        return amount


def register_factors() -> None:
    entries = (
        ("payment", gettext_lazy("Payment record"), payment, payment_words),
        (
            "years",
            gettext_lazy("Years of cooperation"),
            years,
            lambda f: _("A customer for %(years)s years.") % f,
        ),
        ("size", gettext_lazy("Size and capital"), size, size_words),
        ("standing", gettext_lazy("Standing in the industry"), standing, standing_words),
        (
            "regularity",
            gettext_lazy("Regularity of orders"),
            regularity,
            lambda f: _("Orders in %(months)s of 12 months.") % f,
        ),
        ("completeness", gettext_lazy("Completeness of the file"), completeness, completeness_words),
    )
    for code, label, compute, words in entries:
        credit_factors.register(code, CreditFactor(label, compute, words))
