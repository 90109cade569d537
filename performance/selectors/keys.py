"""Keys of figures: what a key stands for, and the names of regions and categories that a question narrows to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from customers.models import Customer
from orders.models import Order
from performance.choices import OPEN_DIMENSIONS, Dimension
from performance.kpis.definition import KpiDef
from performance.models import KpiFact
from performance.selectors.figures import COLUMN, NAMES
from performance.selectors.reach import Selection
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.core.choices import TeamKind
from salesops.core.errors import InvalidInput


def guess_dimension(kpi: KpiDef, key: str) -> Dimension:
    """By what a key splits when nobody says: company, person, team, department, customer, product, region,
    category."""
    if key in ("company", "all"):
        return Dimension.COMPANY
    team = Team.objects.filter(code=key).values_list("kind", flat=True).first()
    tests = [
        (Dimension.STAFF, not key or User.objects.filter(username=key).exists()),
        (Dimension.DEPARTMENT, team == TeamKind.DEPARTMENT),
        (Dimension.TEAM, team is not None),
        (Dimension.CUSTOMER, Customer.objects.filter(code=key).exists()),
        (Dimension.PRODUCT, Product.objects.filter(code=key).exists()),
    ]
    found_as = next((d for d, found in tests if found and d in kpi.dimensions), None)
    if found_as is None and _is_region(key):
        found_as = Dimension.REGION
    if found_as is None and Dimension.CATEGORY in kpi.dimensions and is_category(key):
        found_as = Dimension.CATEGORY
    if found_as is None:
        raise _unknown(key, ", ".join(d.value for d in OPEN_DIMENSIONS if d in kpi.dimensions))
    return found_as


def _is_region(key: str) -> bool:
    regions = (Customer.objects.filter(region=key), Order.objects.filter(region=key))
    return any(rows.exists() for rows in regions)


def is_category(key: str) -> bool:
    """A category of a product, today or in a closed month."""
    return Product.objects.filter(category=key).exists() or KpiFact.objects.filter(category=key).exists()


def narrowed_to(region: str | None, category: str | None) -> Selection | None:
    """What is asked for when only one region or category is meant; ``None`` when neither is.

    Raises ``InvalidInput`` for one that nothing has: a slip of the pen is not a zero.
    """
    if region is None and category is None:
        return None
    for by, name, known in (
        (Dimension.REGION, region, _is_region),
        (Dimension.CATEGORY, category, is_category),
    ):
        if name and not known(name):
            raise _unknown(name, by.value, field=by.value)
    return Selection(region=region, category=category)


def _unknown(key: str, by: str, *, field: str = "key") -> InvalidInput:
    return InvalidInput(
        gettext("Nothing has the key “%(key)s” here.") % {"key": key},
        field=field,
        way_out=gettext("Take a key from the figures split by %(by)s.") % {"by": by},
    )


def resolve_key(by: Dimension, key: str) -> Any:
    """Primary key (or name of a region or category) of a key; ``None`` for the row without one. Raises ``InvalidInput``."""
    if by in NAMES:
        return key
    if by == Dimension.COMPANY or not key:
        return None
    model, field = {
        Dimension.STAFF: (User, "username"),
        Dimension.TEAM: (Team, "code"),
        Dimension.DEPARTMENT: (Team, "code"),
        Dimension.CUSTOMER: (Customer, "code"),
        Dimension.PRODUCT: (Product, "code"),
    }[by]
    pk = model.objects.filter(**{field: key}).values_list("pk", flat=True).first()
    if pk is None:
        raise _unknown(key, by.value)
    return pk


def key_condition(by: Dimension, key: str) -> tuple[str, dict[str, Any]] | None:
    """The condition over ``facts`` that makes one figure out of all."""
    if by == Dimension.COMPANY:
        return None
    ref = resolve_key(by, key)
    if ref is None:
        return f"{COLUMN[by]} IS NULL", {}
    return f"{COLUMN[by]} = %(only_key)s", {"only_key": ref}
