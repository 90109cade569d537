"""Who works on a file beside its owner: co-owners and people invited for a time (ORG-12).

A person has few such files: their keys come as an array, so that PostgreSQL can use the index on the key and lists
keep the plan that they have without it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q
from django.utils import timezone

from customers.choices import AccessLevel
from customers.models import Collaborator, CustomerOwnership
from salesops.core.policies import Level


def co_owned(user: Any, teams: frozenset[int] | tuple[int, ...] = ()) -> Any:
    """Keys of customers of which the person (or somebody of these teams) has a share today."""
    rows = CustomerOwnership.objects.in_force(timezone.localdate()).filter(share__lt=1)
    who = Q(owner=user) | Q(team__in=sorted(teams)) if teams else Q(owner=user)
    return rows.filter(who).order_by().values("customer")


def invited(user: Any, need: Level) -> Any:
    """Keys of customers to whose file the person was invited, at this level."""
    rows = Collaborator.objects.in_force(timezone.localdate()).filter(person=user)
    if need > Level.VIEW:
        rows = rows.filter(level=AccessLevel.WRITE)
    return rows.order_by().values("customer")


def one_of(path: str, keys: Any) -> Q:
    """``path = ANY (array of keys)``."""
    return Q(
        Func(
            F(path),
            ArraySubquery(keys),
            arg_joiner=" = ANY(",
            template="(%(expressions)s))",
            output_field=BooleanField(),
        )
    )


def helps(user: Any, customer: Any, need: Level, teams: frozenset[int]) -> bool:
    """Is the person (or one of these teams) a co-owner, or invited at this level? Asked once per row and person."""
    known = customer.__dict__.setdefault("_helpers", {})
    if user.pk not in known:
        level = 0
        if co_owned(user, teams).filter(customer=customer.pk).exists():
            level = Level.EDIT
        else:
            found = Collaborator.objects.in_force(timezone.localdate()).filter(
                person=user, customer=customer.pk
            )
            levels = set(found.values_list("level", flat=True))
            level = Level.EDIT if AccessLevel.WRITE in levels else Level.VIEW if levels else 0
        known[user.pk] = level
    return known[user.pk] >= need
