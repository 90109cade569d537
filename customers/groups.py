"""A group of customers as a tree, and what its members sum up to.

An app registers a figure at start::

    group_figures.register("orders.bought", GroupFigure(_("Bought in 12 months"), bought_by, order=10))

``values(user, keys, on)`` answers an amount in base currency per customer that this person may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from customers.models import Customer
from salesops.core.registry import Registry

MOST = 500  # members that a page shows

TREE = """
WITH RECURSIVE up(id, parent_id, step) AS (
    SELECT id, parent_id, 0 FROM customers_customer WHERE id = %(pk)s
    UNION ALL
    SELECT c.id, c.parent_id, up.step + 1 FROM up JOIN customers_customer c ON c.id = up.parent_id
    WHERE up.step < 50
), top(id) AS (SELECT id FROM up ORDER BY step DESC LIMIT 1),
down(id, parent_id, depth, path) AS (
    SELECT c.id, NULL::bigint, 0, ARRAY[c.code::text] FROM customers_customer c JOIN top ON top.id = c.id
    UNION ALL
    SELECT c.id, c.parent_id, down.depth + 1, down.path || c.code::text
    FROM down JOIN customers_customer c ON c.parent_id = down.id
    WHERE down.depth < 50 AND c.merged_into_id IS NULL
)
SELECT id, parent_id, depth FROM down ORDER BY path LIMIT %(most)s
"""
BELOW = """
WITH RECURSIVE down(id, depth) AS (
    SELECT %(pk)s::bigint, 0
    UNION ALL
    SELECT c.id, down.depth + 1 FROM down JOIN customers_customer c ON c.parent_id = down.id WHERE down.depth < 50
)
SELECT id FROM down
"""


@dataclass(frozen=True)
class GroupFigure:
    label: Any
    values: Callable[[Any, list[int], date], Mapping[int, Decimal]]
    order: int = 100


group_figures: Registry[GroupFigure] = Registry("customers.group_figures")


@dataclass
class Member:
    """A member that the person may see; ``depth`` below the top of the group."""

    customer: Customer
    depth: int
    figures: list[Decimal] = field(default_factory=list)


@dataclass(frozen=True)
class GroupTree:
    """``hidden``: how many members this person may not see; they are in no sum."""

    members: list[Member]
    hidden: int
    labels: list[Any]
    sums: list[Decimal]


def keys_below(pk: int) -> list[int]:
    """The customer and all below it."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"pk": pk})
        return [row[0] for row in cursor.fetchall()]


def tree_of(user: Any, customer: Customer, *, on: date) -> GroupTree | None:
    """The whole group that a customer belongs to, from its top; ``None`` for who stands alone."""
    with connection.cursor() as cursor:
        cursor.execute(TREE, {"pk": customer.pk, "most": MOST})
        rows = cursor.fetchall()
    if len(rows) < 2:
        return None
    keys = [pk for pk, _parent, _depth in rows]
    seen = Customer.objects.visible_to(user).select_related("owner").in_bulk(keys)
    figures = [
        figure for _key, figure in sorted(group_figures.items(), key=lambda pair: (pair[1].order, pair[0]))
    ]
    columns = [figure.values(user, list(seen), on) for figure in figures]
    members = [
        Member(seen[pk], depth, [column.get(pk, Decimal(0)) for column in columns])
        for pk, _parent, depth in rows
        if pk in seen
    ]
    sums = [sum((member.figures[n] for member in members), Decimal(0)) for n in range(len(columns))]
    return GroupTree(members, len(rows) - len(members), [figure.label for figure in figures], sums)
