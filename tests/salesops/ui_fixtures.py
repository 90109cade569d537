"""Products and an open policy for the tests of the generic pages."""

import pytest

from salesops.catalog.models import Currency, Product
from salesops.core import policies
from salesops.core.policies import Policy


class OpenPolicy(Policy):
    """Reps look, operations and administrators edit, all rows."""

    matrix = "rep:all:view lead:all:view operations:all:edit administrator:all:edit"


@pytest.fixture(autouse=True)
def open_policy(monkeypatch):
    monkeypatch.setitem(policies._policies, Product, OpenPolicy())


@pytest.fixture
def products(db):
    """120 products; every tenth has no price."""
    cny, _new = Currency.objects.get_or_create(code="CNY")
    return Product.objects.bulk_create(
        Product(
            code=f"P{n:04}",
            name=f"Pump {n}",
            category="pumps" if n % 2 else "valves",
            currency=cny,
            list_price=n * 7 % 50 if n % 10 else None,
            unit="pc",
        )
        for n in range(1, 121)
    )
