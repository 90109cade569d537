"""Forms of the catalog; the services check and save."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from salesops.catalog.models import Currency, ExchangeRate, PaymentTerm, PriceList, Product, TaxRate
from salesops.catalog.permissions import hidden_fields
from salesops.ui.forms import ActForm, DateInput, ExactDecimalField, RecordForm


class PercentField(ExactDecimalField):
    """A share typed in percent and kept as a fraction."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 7)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return format((value * 100).normalize(), "f")

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else number / 100


class ProductForm(RecordForm):
    """Cost and floor price are there only for who may see them."""

    tax_rate = PercentField(label=_("tax rate (%)"), required=False, min_value=0, max_value=99)

    class Meta:
        model = Product
        fields = (
            "code",
            "name",
            "category",
            "unit",
            "currency",
            "list_price",
            "floor_price",
            "cost_price",
            "tax_rate",
            "is_active",
            "spec",
            "hs_code",
            "pieces_per_carton",
            "carton_length",
            "carton_width",
            "carton_height",
            "cbm",
            "gross_weight",
            "net_weight",
        )

    more = (
        "spec",
        "hs_code",
        "pieces_per_carton",
        "carton_length",
        "carton_width",
        "carton_height",
        "cbm",
        "gross_weight",
        "net_weight",
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        for name in hidden_fields(user):
            self.fields.pop(name, None)
        self.fields["cbm"].help_text = _("Left empty, it is worked out from the carton's measures.")


class PriceListForm(RecordForm):
    class Meta:
        model = PriceList
        fields = ("code", "name", "currency")


class PriceForm(ActForm):
    """A price on a list from a day on."""

    product = forms.ModelChoiceField(label=_("product"), queryset=Product.objects.filter(is_active=True))
    price = ExactDecimalField(label=_("price"), min_value=0, max_digits=18, decimal_places=4)
    from_date = forms.DateField(label=_("from"), widget=DateInput())
    to_date = forms.DateField(label=_("to (last day)"), widget=DateInput(), required=False)


class CurrencyForm(RecordForm):
    class Meta:
        model = Currency
        fields = ("code", "name", "decimals")


class ExchangeRateForm(RecordForm):
    class Meta:
        model = ExchangeRate
        fields = ("currency", "date", "rate")

    def _get_validation_exclusions(self) -> set[str]:
        """A second rate of a day replaces the first; the service does that."""
        return super()._get_validation_exclusions() | {"date"}


class RateEditForm(ActForm):
    rate = ExactDecimalField(label=_("rate"), max_digits=18, decimal_places=8)


class TaxRateForm(RecordForm):
    rate = PercentField(label=_("rate (%)"), min_value=0, max_value=99)

    class Meta:
        model = TaxRate
        fields = ("code", "rate", "from_date", "name")

    def _get_validation_exclusions(self) -> set[str]:
        """The rate before is ended by the service, which then checks the days."""
        return super()._get_validation_exclusions() | {"from_date"}


class PaymentTermForm(RecordForm):
    class Meta:
        model = PaymentTerm
        fields = ("code", "name", "base", "days", "fixed_day", "grace_days", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Left empty, the term is named by its rule in every language.")
