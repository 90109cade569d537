"""What the apps above know of a customer: the last deal and order, open business.

An app registers an expression over customers (``OuterRef`` leads to the file)::

    last_facts.register("orders.order", LastFact(PoolCause.ORDER, _("order"), last_order))
    open_business.register("orders.order", open_orders)

``latest`` puts them together, with those of files merged into the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateField, Exists, Expression, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest

from customers.models import Customer
from salesops.core.registry import Registry


@dataclass(frozen=True)
class LastFact:
    """``rows(customers)``: records of these customers (an ``OuterRef`` or a filter value), ``day`` their date.

    ``first``: also counts as the beginning of business (life cycle).
    """

    cause: str
    rows: Callable[[], QuerySet]
    day: str
    customer: str = "customer"
    begins_business: bool = False

    def newest(self, owner: Any) -> Subquery:
        found = self.rows().filter(**{self.customer: owner}).order_by(f"-{self.day}", "-pk")
        return Subquery(found.values(self.day)[:1], output_field=DateField())

    def newest_of_merged(self) -> Subquery:
        found = self.rows().filter(**{f"{self.customer}__merged_into": OuterRef("pk")})
        return Subquery(found.order_by(f"-{self.day}", "-pk").values(self.day)[:1], output_field=DateField())


last_facts: Registry[LastFact] = Registry("customers.last_facts")
# Rows of open business: a function that gives a queryset, and the path from it to the customer.
open_business: Registry[tuple[Callable[[], QuerySet], str]] = Registry("customers.open_business")

_NEVER = Value(None, output_field=DateField())


def latest(cause: str) -> Expression:
    """The newest day of a cause for each customer of a queryset; ``None`` when there was none."""
    return _newest(fact for fact in last_facts if fact.cause == cause)


def begun_business() -> Expression:
    """The newest order or contract of each customer: what makes a customer active."""
    return _newest(fact for fact in last_facts if fact.begins_business)


def _newest(facts: Iterable[LastFact]) -> Expression:
    parts: list[Any] = []
    for fact in facts:
        parts.append(fact.newest(OuterRef("pk")))
        parts.append(Case(When(has_merged=True, then=fact.newest_of_merged()), default=_NEVER))
    return Greatest(*parts, _NEVER) if parts else _NEVER


def has_open_business() -> Q:
    """Customers for whom something is under way: an open order, a contract in force, a deal that is alive."""
    found = Q(pk__in=[])
    for rows, path in open_business:
        mine = rows().filter(**{path: OuterRef("pk")}).order_by()
        others = rows().filter(**{f"{path}__merged_into": OuterRef("pk")}).order_by()
        found |= Q(Exists(mine)) | (Q(has_merged=True) & Q(Exists(others)))
    return found


def bought_ever() -> Q:
    """Customers with any order or contract that counts as the beginning of business."""
    found = Q(pk__in=[])
    for fact in last_facts:
        if fact.begins_business:
            found |= Q(Exists(fact.rows().filter(**{fact.customer: OuterRef("pk")}).order_by()))
    return found


def files() -> QuerySet[Customer]:
    """Files that stand for themselves."""
    return Customer.objects.filter(merged_into__isnull=True)
