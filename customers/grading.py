"""What customers are graded by (CUS-03, CUS-04; domain §7): factors from every app, computed for many at once.

An app registers at start::

    grade_facts.register("orders.turnover", GradeFact(_("Bought in 12 months"), turnover, money=True))

``values(on, keys)`` answers a number per customer (``keys`` ``None``: all); a customer that is missing has none, and
its weight is shared out among the other factors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from customers.choices import CustomerClass
from customers.facts import files
from customers.models import Customer, GradeModel
from salesops.core.errors import DomainError
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule

Values = Callable[[date, Collection[int] | None], Mapping[int, Decimal]]
CENT = Decimal("0.01")
TURNOVER, LOYALTY, POTENTIAL = "orders.turnover", "orders.loyalty", "customers.potential"


@dataclass(frozen=True)
class GradeFact:
    """``zero``: a customer without a value has 0, where nothing is as good as a number."""

    label: Any
    values: Values
    unit: Any = ""
    money: bool = False
    zero: bool = False
    order: int = 100


grade_facts: Registry[GradeFact] = Registry("customers.grade_facts")


@dataclass(frozen=True)
class Computed:
    customer: int
    score: Decimal
    grade: str
    customer_class: str
    items: list[dict[str, Any]]


class NoModel(DomainError):
    """No scoring model is in force."""


def compute(model: GradeModel, *, on: date, customers: Collection[int] | None = None) -> list[Computed]:
    """Score, grade and class of customers on a day, one statement per factor whatever their number."""
    keys = list(files().values_list("pk", flat=True)) if customers is None else list(customers)
    asked = None if customers is None else keys
    factors = [(factor, grade_facts.get(factor.factor)) for factor in model.factors.all()]
    known = [(factor, fact, fact.values(on, asked)) for factor, fact in factors if fact is not None]
    judge = ClassJudge(on, keys)
    return [_computed(model, pk, known, judge) for pk in keys]


def _computed(model: GradeModel, pk: int, known: Iterable[Any], judge: ClassJudge) -> Computed:
    lines, whole = [], Decimal(0)
    for factor, fact, values in known:
        value = values.get(pk, Decimal(0) if fact.zero else None)
        lines.append((factor, value))
        whole += factor.weight if value is not None else 0
    score, items = Decimal(0), []
    for factor, value in lines:
        points = factor.points(value) if value is not None else None
        weight = factor.weight / whole if value is not None and whole else Decimal(0)
        score += weight * points if points is not None else 0
        items.append(
            {
                "factor": factor.factor,
                "value": None if value is None else str(Decimal(value).quantize(CENT)),
                "points": None if points is None else str(points),
                "weight": str(weight.quantize(Decimal("0.0001"))),
            }
        )
    score = score.quantize(CENT)
    return Computed(pk, score, model.grade_of(score), judge.of(pk), items)


class ClassJudge:
    """The class of the handbook (domain §7): potential without an order, important among the best or promising, else
    general."""

    def __init__(self, on: date, keys: list[int]) -> None:
        def values(key: str, among: Collection[int] | None) -> Mapping[int, Decimal]:
            fact = grade_facts.get(key)
            return fact.values(on, among) if fact else {}

        self.turnover = values(TURNOVER, None)
        self.loyalty, self.potential = values(LOYALTY, keys), values(POTENTIAL, keys)
        self.enough = Decimal(rule("customers.important_potential", on=on))
        share = Decimal(rule("customers.important_share", on=on))
        ranked = sorted((value for value in self.turnover.values() if value > 0), reverse=True)
        count = int(len(ranked) * share)
        self.least = ranked[count - 1] if count else None
        bought = Customer.objects.exclude(lifecycle="potential").filter(pk__in=keys)
        self.bought = set(bought.values_list("pk", flat=True)) | set(self.turnover)

    def of(self, pk: int) -> str:
        if self.least is not None and self.turnover.get(pk, Decimal(0)) >= self.least:
            return CustomerClass.IMPORTANT
        loyal = self.loyalty.get(pk, Decimal(0)) >= 50
        if loyal and self.potential.get(pk, Decimal(0)) >= self.enough:
            return CustomerClass.IMPORTANT
        return CustomerClass.GENERAL if pk in self.bought else CustomerClass.POTENTIAL


# --- what this app itself knows ----------------------------------------------------------------------


def potential(on: date, keys: Collection[int] | None) -> dict[int, Decimal]:
    """Purchases possible in a year, in the customer's currency turned into base currency."""
    from salesops.catalog.selectors import rates_to_base

    rows = files().filter(yearly_potential__isnull=False)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    found = list(rows.values_list("pk", "yearly_potential", "currency_id"))
    rates = rates_to_base((code, on) for code in {code for _pk, _value, code in found})
    return {pk: value * rates[code, on] for pk, value, code in found if (code, on) in rates}


def years(on: date, keys: Collection[int] | None) -> dict[int, Decimal]:
    """Years since the customer is on file."""
    rows = files()
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    return {
        pk: Decimal((on - since).days) / Decimal("365.25")
        for pk, since in rows.values_list("pk", "created_date")
        if since <= on
    }
