"""Products, price lists and prices."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.audit.services import record
from salesops.catalog.models import PriceEntry, PriceList, Product
from salesops.catalog.packing import carton_cbm
from salesops.catalog.permissions import COST_FIELDS
from salesops.catalog.services.access import changed, require
from salesops.core.errors import Duplicate, InvalidInput
from salesops.core.locking import lock_row

_PRICES = ("list_price", "floor_price", "cost_price")


@transaction.atomic
def create_product(*, actor: Any, at: datetime, **values: Any) -> Product:
    """Put a product into the catalog. Carton volume is worked out from its measures when not given.

    Raises ``Duplicate`` for a code in use, ``InvalidInput`` for figures that cannot be.
    """
    require(actor, "add", Product)
    if "currency" not in values:
        values.setdefault("currency_id", settings.BASE_CURRENCY)
    product = Product(**values)
    _check(product)
    if Product.objects.filter(code=product.code).exists():
        raise Duplicate(
            _("There is a product with the code %(code)s already.") % {"code": product.code},
            field="code",
            existing=product.code,
        )
    product.save(force_insert=True)
    record("catalog.product_created", product, actor=actor, at=at, data={"code": product.code})
    return product


@transaction.atomic
def update_product(product: Product, *, actor: Any, at: datetime, **values: Any) -> Product:
    """Change fields of a product; what stays the same is not written. Prices of documents do not move."""
    product = lock_row(Product.objects.all(), product.pk)
    require(actor, "edit", product)
    differences = changed(product, values)
    if not differences:
        return product
    if {"carton_length", "carton_width", "carton_height"} & differences.keys() and "cbm" not in differences:
        product.cbm = None
    _check(product)
    product.save()
    # Cost and floor price never enter the timeline: whoever may not see them may see the timeline.
    open_fields = {name: pair for name, pair in differences.items() if name not in COST_FIELDS}
    record(
        "catalog.product_changed",
        product,
        actor=actor,
        at=at,
        data={"code": product.code, "fields": sorted(differences), "changes": open_fields},
    )
    return product


def _check(product: Product) -> None:
    product.code = (product.code or "").strip()
    if not product.code or not (product.name or "").strip():
        raise InvalidInput(
            _("A product needs a code and a name."), field="code" if not product.code else "name"
        )
    for field in (*_PRICES, "cbm", "gross_weight", "net_weight"):
        if (getattr(product, field) or 0) < 0:
            raise InvalidInput(_("This may not be less than zero."), field=field)
    if product.tax_rate is not None and not 0 <= product.tax_rate < 1:
        raise InvalidInput(_("A tax rate lies between 0 and 1: 13 % is 0.13."), field="tax_rate")
    measures = (product.carton_length, product.carton_width, product.carton_height)
    if product.cbm is None and all(measures):
        product.cbm = carton_cbm(*measures).quantize(Decimal("0.000001"))


@transaction.atomic
def create_price_list(*, actor: Any, at: datetime, **values: Any) -> PriceList:
    """Open a price list in one currency. Raises ``Duplicate`` for a code in use."""
    require(actor, "add", PriceList)
    if PriceList.objects.filter(code=values.get("code")).exists():
        raise Duplicate(_("There is a price list with this code already."), field="code")
    price_list = PriceList.objects.create(**values)
    record("catalog.price_list_created", price_list, actor=actor, at=at, data={"code": price_list.code})
    return price_list


@transaction.atomic
def update_price_list(price_list: PriceList, *, actor: Any, at: datetime, **values: Any) -> PriceList:
    """Rename a price list; its currency stays while it holds prices."""
    price_list = lock_row(PriceList.objects.all(), price_list.pk)
    require(actor, "edit", price_list)
    differences = changed(price_list, values)
    if "currency" in differences and price_list.entries.exists():
        raise InvalidInput(
            _("The currency of a list with prices stays as it is."),
            field="currency",
            way_out=_("Open another list for the other currency."),
        )
    if differences:
        price_list.save()
        record(
            "catalog.price_list_changed",
            price_list,
            actor=actor,
            at=at,
            data={"code": price_list.code, **differences},
        )
    return price_list


@transaction.atomic
def set_price(
    price_list: PriceList,
    product: Product,
    price: Decimal,
    from_date: date,
    *,
    to_date: date | None = None,
    actor: Any,
    at: datetime,
) -> PriceEntry:
    """Give a product a price on a list from a day on (to a last day, if given).

    The price in force before ends the day before; without a last day the price holds until the next one on file.
    The same price from the same day again changes nothing.
    Raises ``InvalidInput`` where a later price stands in the way or the dates are not in order.
    """
    require(actor, "add", PriceEntry)
    if price < 0:
        raise InvalidInput(_("This may not be less than zero."), field="price")
    if to_date is not None and to_date < from_date:
        raise InvalidInput(_("The last day is before the first."), field="to_date")
    lock_row(PriceList.objects.all(), price_list.pk)
    entries = PriceEntry.objects.select_for_update().filter(price_list=price_list, product=product)
    same = entries.filter(from_date=from_date).first()
    following = entries.filter(from_date__gt=from_date).order_by("from_date").first()
    if following and to_date is None:
        to_date = following.from_date - timedelta(days=1)
    if same is not None:
        if (same.price, same.to_date) == (price, to_date):
            return same
        same.price, same.to_date = price, to_date
        entry = same
    else:
        entries.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date), from_date__lt=from_date).update(
            to_date=from_date - timedelta(days=1)
        )
        entry = PriceEntry(
            price_list=price_list, product=product, price=price, from_date=from_date, to_date=to_date
        )
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        if "catalog_priceentry" not in str(error):
            raise
        raise InvalidInput(
            _("This product has a price on this list for these days already."),
            field="from_date",
            way_out=_("Choose other days, or change the price that is there."),
        ) from None
    record(
        "catalog.price_set",
        price_list,
        product,
        actor=actor,
        at=at,
        data={
            "list": price_list.code,
            "product": product.code,
            "price": price,
            "currency": price_list.currency_id,
            "from_date": from_date,
            "to_date": entry.to_date,
        },
    )
    return entry
