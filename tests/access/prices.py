"""What a product costs us, and who never reads it (quality Z19)."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from salesops.catalog.models import Product
from salesops.catalog.services.products import update_product
from tests.factories.catalog import make_product

NO_COST = ("carol", "lena", "sam", "hugo", "root")
COST, FLOOR, NEW_COST = "4117.77", "5223.33", "6003.03"
WORDS = {*(COST, FLOOR, NEW_COST), *(f"{Decimal(word):,}" for word in (COST, FLOOR, NEW_COST))}


def make_priced(code: str = "GOODS-1") -> Product:
    return make_product(code, name="Goods", cost_price=COST, floor_price=FLOOR)


def make_dearer(product: Product, cast: Any) -> Product:
    """The cost price has changed once, so the history knows an old one."""
    update_product(product, actor=cast.otto, at=timezone.now(), cost_price=Decimal(NEW_COST))
    return product
