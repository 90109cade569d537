"""Products, their prices, and exchange rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesops.catalog.models import ExchangeRate, PriceEntry, PriceList, Product
from salesops.core.choices import Role
from salesops.exchange.books import CurrencyBook, PriceListBook, ProductBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind

# --- products -----------------------------------------------------------------------------------------
_PLAIN = (
    "name", "category", "unit", "list_price", "floor_price", "cost_price", "tax_rate", "cbm", "gross_weight",
    "pieces_per_carton",
)  # fmt: skip


def prepare_products(ctx: BatchContext, documents: Sequence[Document]) -> None:
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({d.first.currency for d in documents}, create=ctx.creates("currency"))


def load_products(ctx: BatchContext, documents: Sequence[Document]) -> None:
    currencies = ctx.book(CurrencyBook)
    existing = {p.code: p for p in Product.objects.filter(code__in=[d.first.code for d in documents])}
    new, changed, fields = [], [], set()

    def build(document: Document) -> None:
        row = document.first
        for name in ("list_price", "floor_price", "cost_price", "tax_rate", "cbm", "gross_weight"):
            value = getattr(row, name)
            if value is not None and value < 0:
                raise RowError(row, name, _("must not be negative"))
        values = present({name: getattr(row, name) for name in _PLAIN})
        product = existing.get(row.code)
        if row.currency is not None or product is None:
            values["currency_id"] = currencies.code(row, "currency", row.currency)
        if product is None:
            new.append(Product(code=row.code, **values))
        elif different := changed_fields(product, values):
            changed.append(product)
            fields.update(name.removesuffix("_id") for name in different)
        else:
            ctx.outcome.unchanged += 1

    ctx.each(documents, build)
    ctx.insert(new, count=True)
    ctx.update(changed, sorted(fields))


def export_products() -> Iterator[dict[str, Any]]:
    for product in Product.objects.order_by("pk").iterator(2000):
        yield {
            "code": product.code,
            **{name: getattr(product, name) for name in _PLAIN},
            "currency": product.currency_id,
        }


# --- prices -------------------------------------------------------------------------------------------


def prepare_prices(ctx: BatchContext, documents: Sequence[Document]) -> None:
    products, lists = ctx.book(ProductBook), ctx.book(PriceListBook)
    currencies = ctx.book(CurrencyBook)
    rows = [d.first for d in documents]
    products.need_or_create({row.code for row in rows}, create=ctx.creates("product", "code"))
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))
    missing = lists.need({row.list for row in rows})
    if missing and ctx.creates("list"):
        currency = {row.list: row.currency for row in rows if row.currency}
        new = [
            PriceList(
                code=code[:40], name=code[:100], currency_id=currency.get(code, currencies.base()).upper()
            )
            for code in sorted(missing)
        ]
        ctx.insert(new)
        lists.known.update({price_list.code: price_list for price_list in new})


def load_prices(ctx: BatchContext, documents: Sequence[Document]) -> None:
    """Each price is in force until the day before the next one on the same list."""
    products, lists = ctx.book(ProductBook), ctx.book(PriceListBook)

    def build(document: Document) -> Any:
        row = document.first
        product, price_list = products.get(row.code), lists.get(row.list)
        if product is None:
            raise RowError(row, "code", _("there is no such product: import products first"))
        if price_list is None:
            raise RowError(row, "list", _("there is no such price list: enter it first or let it be created"))
        if row.price < 0:
            raise RowError(row, "price", _("must not be negative"))
        return row, product, price_list

    built = ctx.each(documents, build)
    entries: dict[tuple[int, int], dict[Any, PriceEntry]] = defaultdict(dict)
    for entry in PriceEntry.objects.filter(product__in={product.pk for _row, product, _list in built}):
        entries[entry.price_list_id, entry.product_id][entry.from_date] = entry
    new, closed = [], {}
    for row, product, price_list in sorted(built, key=lambda item: getattr(item[0], "from")):
        day = getattr(row, "from")
        known = entries[price_list.pk, product.pk]
        if (entry := known.get(day)) is not None:
            if entry.price == row.price:
                ctx.outcome.unchanged += 1
            else:
                entry.price = row.price
                ctx.update([entry], ["price"])
            continue
        entry = PriceEntry(price_list=price_list, product=product, price=row.price, from_date=day)
        before = max((d for d in known if d < day), default=None)
        after = min((d for d in known if d > day), default=None)
        if before is not None:
            earlier = known[before]
            earlier.to_date = day - timedelta(days=1)
            if earlier.pk:
                closed[earlier.pk] = earlier
        if after is not None:
            entry.to_date = after - timedelta(days=1)
        known[day] = entry
        new.append(entry)
    ctx.update(list(closed.values()), ["to_date"], count=False)
    ctx.insert(new, count=True)


def export_prices() -> Iterator[dict[str, Any]]:
    rows = PriceEntry.objects.order_by("pk").select_related("price_list", "product")
    for entry in rows.iterator(2000):
        yield {
            "code": entry.product.code,
            "list": entry.price_list.code,
            "price": entry.price,
            "from": entry.from_date,
            "currency": entry.price_list.currency_id,
        }


# --- exchange rates -----------------------------------------------------------------------------------


def prepare_rates(ctx: BatchContext, documents: Sequence[Document]) -> None:
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({d.first.currency for d in documents}, create=True)


def load_rates(ctx: BatchContext, documents: Sequence[Document]) -> None:
    currencies = ctx.book(CurrencyBook)
    base = currencies.base()
    existing = {
        (rate.currency_id, rate.date): rate
        for rate in ExchangeRate.objects.filter(date__in={d.first.date for d in documents})
    }
    new, changed = [], []

    def build(document: Document) -> None:
        row = document.first
        code = currencies.code(row, "currency", row.currency)
        if code == base:
            raise RowError(row, "currency", _("is the base currency, whose rate is always 1"))
        if row.rate <= 0:
            raise RowError(row, "rate", _("must be more than zero"))
        rate = existing.get((code, row.date))
        if rate is None:
            new.append(ExchangeRate(currency_id=code, date=row.date, rate=row.rate))
        elif changed_fields(rate, {"rate": row.rate}):
            changed.append(rate)
        else:
            ctx.outcome.unchanged += 1

    ctx.each(documents, build)
    ctx.insert(new, count=True)
    ctx.update(changed, ["rate"])


def export_rates() -> Iterator[dict[str, Any]]:
    for rate in ExchangeRate.objects.order_by("pk").iterator(2000):
        yield {"currency": rate.currency_id, "date": rate.date, "rate": rate.rate}


def _price(name: str) -> Column:
    return Column(name, "decimal", places=4)


KINDS = (
    ImportKind(
        name="products",
        title=gettext_lazy("Products"),
        columns=(
            Column("code", required=True, max_length=60),
            Column("name", required=True, max_length=200),
            Column("category", max_length=100),
            Column("unit", max_length=20),
            _price("list_price"),
            _price("floor_price"),
            _price("cost_price"),
            Column("tax_rate", "fraction", places=6, digits=9, help=gettext_lazy("fraction: 0.13 is 13 %")),
            Column("cbm", "decimal", places=6, help=gettext_lazy("volume per carton in m³")),
            Column("gross_weight", "decimal", places=6, help=gettext_lazy("per carton in kg")),
            Column("pieces_per_carton", "int"),
            Column("currency", "reference", lookup="currency", max_length=3),
        ),
        key=("code",),
        roles=(Role.MANAGER, Role.OPERATIONS),
        creatable=("currency",),
        prepare=prepare_products,
        load=load_products,
        export=export_products,
        order=30,
    ),
    ImportKind(
        name="products_prices",
        title=gettext_lazy("Prices of products"),
        columns=(
            Column("code", "reference", required=True, lookup="product", max_length=60),
            Column("list", "reference", required=True, lookup="list", max_length=40),
            Column("price", "decimal", required=True, places=4),
            Column("from", "date", required=True),
            Column("currency", "reference", lookup="currency", max_length=3),
        ),
        key=("code", "list", "from"),
        roles=(Role.MANAGER,),
        creatable=("product", "code", "list", "currency"),
        prepare=prepare_prices,
        load=load_prices,
        export=export_prices,
        order=40,
    ),
    ImportKind(
        name="exchange_rates",
        title=gettext_lazy("Exchange rates"),
        columns=(
            Column("currency", "reference", required=True, lookup="currency", max_length=3),
            Column("date", "date", required=True),
            Column(
                "rate",
                "decimal",
                required=True,
                places=8,
                help=gettext_lazy("units of the base currency for one unit"),
            ),
        ),
        key=("currency", "date"),
        roles=(Role.FINANCE,),
        prepare=prepare_rates,
        load=load_rates,
        export=export_rates,
        order=25,
    ),
)
