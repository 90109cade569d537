"""Lists of the catalog."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from salesops.catalog.models import (
    Currency,
    ExchangeRate,
    PaymentTerm,
    PriceEntry,
    PriceList,
    Product,
    TaxRate,
)
from salesops.catalog.permissions import COST_FIELDS, hidden_fields
from salesops.catalog.words import percent
from salesops.ui.filters import DateRangeFilter, RecordFilterSet
from salesops.ui.tables import (
    BoolColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    RecordTable,
    TextColumn,
)


class ShareColumn(LeanColumn):
    """A fraction as a percentage without idle zeros."""

    css = "num"

    def html(self, value: Any, record: Any) -> str:
        return f"{percent(value)} %"


class ProductTable(RecordTable):
    code = LinkColumn()
    name = TextColumn()
    category = TextColumn()
    unit = TextColumn()
    list_price = MoneyColumn(currency="currency_id")
    floor_price = MoneyColumn(currency="currency_id")
    cost_price = MoneyColumn(currency="currency_id")
    tax_rate = ShareColumn()
    pieces_per_carton = NumberColumn()
    cbm = NumberColumn()
    gross_weight = NumberColumn()
    is_active = BoolColumn()

    class Meta:
        model = Product
        fields = (
            "code",
            "name",
            "category",
            "unit",
            "list_price",
            "floor_price",
            "cost_price",
            "tax_rate",
            "pieces_per_carton",
            "cbm",
            "gross_weight",
            "is_active",
        )

    default_columns = ("code", "name", "category", "unit", "list_price", "tax_rate", "is_active")

    def __init__(self, data: Any = (), *, request: Any = None, **kwargs: Any) -> None:
        hidden = hidden_fields(request.user) if request is not None else COST_FIELDS
        super().__init__(data, request=request, exclude=hidden, **kwargs)


def categories() -> list[tuple[str, str]]:
    names = Product.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    return [(name, name) for name in names.distinct()]


class ProductFilter(RecordFilterSet):
    search_fields = ("code__istartswith", "name", "category")
    category = django_filters.ChoiceFilter(label=_("category"), choices=categories)

    class Meta:
        model = Product
        fields = ("category", "is_active")


class PriceListTable(RecordTable):
    code = LinkColumn()
    name = TextColumn()
    currency = TextColumn(accessor="currency_id")

    class Meta:
        model = PriceList
        fields = ("code", "name", "currency")


class PriceListFilter(RecordFilterSet):
    search_fields = ("code__istartswith", "name")

    class Meta:
        model = PriceList
        fields = ("currency",)


class PriceTable(RecordTable):
    product = LinkColumn(accessor="product")
    price_list = LinkColumn(accessor="price_list")
    price = MoneyColumn(currency="currency_code", places=4)
    from_date = DateColumn()
    to_date = DateColumn()

    class Meta:
        model = PriceEntry
        fields = ("product", "price_list", "price", "from_date", "to_date")


class CurrencyTable(RecordTable):
    code = TextColumn()
    words = TextColumn(verbose_name=_("name"), orderable=False)
    decimals = NumberColumn()

    class Meta:
        model = Currency
        fields = ("code", "words", "decimals")


class CurrencyFilter(RecordFilterSet):
    search_fields = ("code__istartswith", "name")

    class Meta:
        model = Currency
        fields = ()


class ExchangeRateTable(RecordTable):
    currency = LinkColumn(accessor="currency_id", to="")
    date = DateColumn()
    rate = NumberColumn()

    class Meta:
        model = ExchangeRate
        fields = ("currency", "date", "rate")


class ExchangeRateFilter(RecordFilterSet):
    search_fields = ("currency__code__istartswith",)
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = ExchangeRate
        fields = ("currency", "date")


class TaxRateTable(RecordTable):
    code = LinkColumn()
    words = TextColumn(verbose_name=_("name"), accessor="label", orderable=False)
    rate = ShareColumn()
    from_date = DateColumn()
    to_date = DateColumn()

    class Meta:
        model = TaxRate
        fields = ("code", "words", "rate", "from_date", "to_date")


class TaxRateFilter(RecordFilterSet):
    search_fields = ("code__istartswith", "name")

    class Meta:
        model = TaxRate
        fields = ()


class PaymentTermTable(RecordTable):
    code = LinkColumn()
    words = TextColumn(verbose_name=_("name"), accessor="label", orderable=False)
    base = TextColumn(accessor="get_base_display", order_by="base", verbose_name=_("counts from"))
    days = NumberColumn()
    fixed_day = NumberColumn()
    grace_days = NumberColumn()
    is_active = BoolColumn()

    class Meta:
        model = PaymentTerm
        fields = ("code", "words", "base", "days", "fixed_day", "grace_days", "is_active")


class PaymentTermFilter(RecordFilterSet):
    search_fields = ("code__istartswith", "name")

    class Meta:
        model = PaymentTerm
        fields = ("base", "is_active")
