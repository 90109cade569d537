"""Everybody knows what we sell and at which price; cost and floor price only who must (requirements §I, Z19)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from salesops.catalog.models import (
    Currency,
    ExchangeRate,
    PaymentTerm,
    PriceEntry,
    PriceList,
    Product,
    TaxRate,
)
from salesops.core.choices import Role
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records
from salesops.handbook.selectors import rule

COST_FIELDS = ("cost_price", "floor_price")


def _matrix(*editors: str) -> str:
    cells = [f"{role}:all:{'edit' if role in editors else 'view'}" for role in Role.values]
    return " ".join(cells)


class ProductPolicy(Policy):
    """Products and prices are kept by operations and administrators, and read by everybody."""

    matrix = _matrix(Role.OPERATIONS, Role.ADMINISTRATOR)
    owner_path = team_path = None
    verbs = {"view_cost": Level.VIEW}
    cost_roles = frozenset(
        {
            Role.ASSISTANT,
            Role.LEAD,
            Role.MANAGER,
            Role.GM,
            Role.FINANCE,
            Role.OPERATIONS,
            Role.AUDITOR,
        }
    )

    def can_view_cost(self, user: Any, obj: Any = None) -> bool:
        """The row "Cost / factory price" of the matrix; reps only where the handbook lets them."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return False
        roles = user.roles()
        if roles & self.cost_roles:
            return True
        return Role.REP in roles and bool(rule("catalog.reps_see_cost", on=timezone.localdate()))


class MoneyWordsPolicy(Policy):
    """Currencies, rates, taxes and terms are kept by finance and administrators."""

    matrix = _matrix(Role.FINANCE, Role.ADMINISTRATOR)
    owner_path = team_path = None


def hidden_fields(user: Any) -> tuple[str, ...]:
    """Product fields that ``user`` may see neither on pages nor in exports."""
    return () if ProductPolicy().can_view_cost(user) else COST_FIELDS


def register_policies() -> None:
    product, money = ProductPolicy(), MoneyWordsPolicy()
    for model in (Product, PriceList, PriceEntry):
        register(model, product)
    for model in (Currency, ExchangeRate, TaxRate, PaymentTerm):
        register(model, money)
    register_records(PriceList, Product)
