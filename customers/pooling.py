"""Whom a rule of the public pool sends there on a day, and since when nothing has happened; one query per rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from customers.facts import bought_ever, files, has_open_business, latest
from customers.models import Customer, CustomerOwnership, PoolRule


@dataclass(frozen=True)
class Candidate:
    """A customer that a rule sends to the pool on a day, since when nothing has happened."""

    customer: Customer
    rule: PoolRule
    since: date
    goes_on: date


def candidates(
    rules: Iterable[PoolRule], *, on: date, customers: QuerySet[Customer] | None = None
) -> Iterator[Candidate]:
    """Who goes to the pool on a day (or would have gone before) by these rules, each customer once."""
    seen: set[int] = set()
    for pool_rule in sorted(rules, key=lambda r: (r.days, r.pk or 0)):
        for customer in due(pool_rule, on=on, customers=customers):
            if customer.pk not in seen:
                seen.add(customer.pk)
                goes_on = max(customer.nothing_since + timedelta(days=pool_rule.days), pool_rule.from_date)
                yield Candidate(customer, pool_rule, customer.nothing_since, goes_on)


def due(pool_rule: PoolRule, *, on: date, customers: QuerySet[Customer] | None = None) -> QuerySet[Any]:
    """Owned customers to whom nothing of the rule's kind happened for its days, with ``nothing_since``.

    The days begin with the newest of: the last such fact, the day the owner got the customer, the day of the file.
    Protected customers are spared.
    """
    rows = files() if customers is None else customers
    rows = rows.filter(owner__isnull=False, created_date__lte=on - timedelta(days=pool_rule.days))
    rows = rows.filter(Q(protected_until__isnull=True) | Q(protected_until__lt=on))
    if pool_rule.customer_class:
        rows = rows.filter(customer_class=pool_rule.customer_class)
    newest = Greatest(
        Coalesce(latest(pool_rule.cause), F("created_date")),
        Coalesce(_got(), F("created_date")),
        F("created_date"),
    )
    rows = rows.annotate(nothing_since=newest)
    rows = rows.filter(nothing_since__lte=Value(on - timedelta(days=pool_rule.days)))
    if pool_rule.spares_open:
        rows = rows.exclude(has_open_business())
    if pool_rule.spares_buyers:
        rows = rows.exclude(bought_ever())
    return rows.select_related("owner", "team").order_by("nothing_since", "pk")


def _got() -> Subquery:
    """The day the owner of now got the customer; a move of the owner to another team or a new division is no new day.

    Also one after the day asked for: a day that was missed is made up for with what is known now.
    """
    day_before = Func(
        OuterRef("from_date"),
        Value(1),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=DateField(),
    )
    rows = CustomerOwnership.objects.all()
    goes_on = rows.filter(customer=OuterRef("customer"), owner=OuterRef("owner"), to_date=day_before)
    begun = rows.filter(~Exists(goes_on.order_by()), customer=OuterRef("pk"), owner=OuterRef("owner"))
    return Subquery(begun.order_by("-from_date").values("from_date")[:1], output_field=DateField())
