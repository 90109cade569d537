"""Forms of orders: head, lines, and the acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractState
from customers.models import Customer, TaxProfile
from customers.selectors.billing import usable_profiles
from orders.models import Order, OrderLine
from orders.selectors import default_prices, default_tax_rate
from orders.services import LineInput, OrderInput
from salesops.accounts.models import Team
from salesops.catalog.models import Product
from salesops.core.keys import is_key, row_key
from salesops.ui.forms import (
    SHORT,
    ActForm,
    DateInput,
    ExactDecimalField,
    RecordForm,
    RecordPicker,
    line_formset,
)

HUNDRED = Decimal(100)


class ProductField(forms.ModelChoiceField):
    """A product by code and name."""

    def label_from_instance(self, obj: Product) -> str:
        return product_label(obj)


def product_label(product: Product) -> str:
    """Code, name and unit, as the picker shows it."""
    return f"{product.code} · {product.name}" + (f" ({product.unit})" if product.unit else "")


def number_input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **attrs})


class ProductPicker(RecordPicker):
    """A picker whose first rows are read once for all lines of a form, when it is drawn."""

    listed: Callable[[], list[Product]] = list

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        listed = self.listed()
        source, rows = self.choices, listed[:SHORT]
        if len(listed) > SHORT:
            self.attrs["data-pick"] = reverse("ui:choices", args=["catalog.product"])
        known = {str(row.pk) for row in rows}
        missing = [v for v in value if is_key(v) and str(v) not in known]
        if missing:
            rows = [*source.queryset.filter(pk__in=missing), *rows]
        self.choices = [("", source.field.empty_label)] + [(row.pk, product_label(row)) for row in rows]
        try:
            return forms.Select.optgroups(self, name, value, attrs)
        finally:
            self.choices = source


class OrderLineForm(ActForm):
    """One line. An empty price or tax takes the default of the product, the currency and the customer."""

    product = ProductField(
        queryset=Product.objects.filter(is_active=True).order_by("code", "pk"),
        label=_("Product"),
        empty_label=_("Choose a product"),
        widget=ProductPicker,
    )
    quantity = ExactDecimalField(
        label=_("Quantity"), max_digits=18, decimal_places=6, min_value=Decimal(0), widget=number_input()
    )
    price = ExactDecimalField(
        label=_("Unit price"),
        max_digits=18,
        decimal_places=4,
        min_value=Decimal(0),
        required=False,
        widget=number_input(),
    )
    discount = ExactDecimalField(
        label=_("Discount %"),
        max_digits=7,
        decimal_places=4,
        min_value=Decimal(0),
        max_value=HUNDRED,
        required=False,
        widget=number_input(placeholder="0"),
    )
    tax_rate = ExactDecimalField(
        label=_("Tax %"),
        max_digits=7,
        decimal_places=4,
        min_value=Decimal(0),
        max_value=HUNDRED,
        required=False,
        widget=number_input(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        shared = self.user.__dict__.setdefault("_picker_rows", {}) if self.user is not None else {}
        offered = field.queryset

        def listed() -> list[Product]:
            if "products" not in shared:
                shared["products"] = list(offered[: SHORT + 1])
            return shared["products"]

        field.widget.listed = listed
        if self.is_bound:
            self._share_posted(field, shared)
        initial = self.initial.get("product")
        if initial:  # a product that was retired after the draft was written may stay on its line
            field.queryset = field.queryset | Product.objects.filter(pk=initial)
        for name in ("quantity", "price", "discount", "tax_rate"):
            self.fields[name].widget.attrs["class"] = "form-control num"
        field.widget.attrs.update({"class": "form-select", "data-pick": ""})

    def _share_posted(self, field: Any, shared: dict[Any, Any]) -> None:
        """The products of all posted lines are read in one query; whatever is not among them is asked for."""
        posted = frozenset(v for k, v in self.data.items() if k.endswith("-product") and is_key(v))
        if posted not in shared:
            shared[posted] = {str(row.pk): row for row in field.queryset.filter(pk__in=posted)}
        rows, ask = shared[posted], field.to_python
        field.to_python = lambda value: rows[value] if value in rows else ask(value)


LineFormSet = line_formset(OrderLineForm, minimum=1, maximum=200, extra=0)


class OrderForm(RecordForm):
    """Head and lines of an order."""

    more = (
        "customer_po", "contract", "currency", "payment_term", "region", "ship_to", "tax_profile",
        "freight", "remarks",
    )  # fmt: skip
    wide = ("ship_to",)
    lines_formset = LineFormSet

    class Meta:
        model = Order
        fields = (
            "customer",
            "order_date",
            "required_date",
            "promised_date",
            "contract",
            "customer_po",
            "currency",
            "payment_term",
            "region",
            "ship_to",
            "tax_profile",
            "freight",
            "remarks",
        )
        widgets = {
            "remarks": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("currency", "freight"):
            self.fields[name].required = False
        for name in ("currency", "payment_term", "region", "ship_to"):
            self.fields[name].help_text = _("Empty: the customer's.")
        contracts = self.fields["contract"].queryset
        self.fields["contract"].queryset = contracts.filter(state=ContractState.EFFECTIVE)
        if self.instance.pk:
            self._keep_chosen()
        self._offer_titles()

    def _offer_titles(self) -> None:
        """The invoice titles of the customer, as soon as it is known whose order this is."""
        field, kept = self.fields["tax_profile"], self.instance.tax_profile_id
        customer = self._known_customer()
        field.queryset = TaxProfile.objects.none()
        if customer is not None:
            on = self.instance.order_date or timezone.localdate()
            field.queryset = usable_profiles(customer, on=on)
        if kept:
            field.queryset |= TaxProfile.objects.filter(pk=kept)
        field.empty_label = _("the usual one")
        if customer is None or not (kept or field.queryset.exists()):
            self.fields.pop("tax_profile")

    def _known_customer(self) -> Customer | None:
        if self.instance.pk:
            return self.instance.customer
        named = self.data.get("customer") or self.initial.get("customer")
        key = getattr(named, "pk", None) or row_key(named)
        return Customer.objects.visible_to(self.user).filter(pk=key).first() if key else None

    def _keep_chosen(self) -> None:
        """What the draft has already stays choosable, even where the editor could not choose it anew."""
        for name in ("customer", "contract"):
            chosen = getattr(self.instance, f"{name}_id")
            field = self.fields[name]
            if chosen:
                field.queryset = field.queryset | field.queryset.model._default_manager.filter(pk=chosen)

    def lines_initial(self) -> list[dict[str, Any]]:
        if not self.instance.pk:
            deal = self.initial.get("deal")
            lines = deal.lines.order_by("position", "pk") if deal is not None else []
            return [
                {
                    "product": line.product_id,
                    "quantity": plain(line.quantity) if line.quantity is not None else "",
                    "price": plain(line.price) if line.price is not None else "",
                }
                for line in lines
            ]
        return [line_row(line) for line in self.instance.lines.order_by("position")]

    def clean_freight(self) -> Decimal:
        return self.cleaned_data["freight"] or Decimal("0.00")

    def order_input(self) -> OrderInput:
        """The head for the service."""
        return OrderInput(**self.cleaned_data)

    def used_lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Number of the form and its values, for the lines that are filled and not taken out."""
        for index, form in enumerate(self.lines.forms):
            values = getattr(form, "cleaned_data", None)
            if values and values.get("product") and not values.get("DELETE"):
                yield index, values

    def line_inputs(self) -> list[LineInput]:
        """The lines for the service, with defaults in place of what was left empty."""
        customer = self.cleaned_data["customer"]
        currency = self.cleaned_data.get("currency") or customer.currency
        rows = [values for _index, values in self.used_lines()]
        prices = prices_left_open(rows, currency=currency.code, on=self.cleaned_data["order_date"])
        return [line_input(values, customer=customer, prices=prices) for values in rows]


def line_row(line: OrderLine) -> dict[str, Any]:
    """A line as the form shows it: fractions in percent, no trailing zeros."""
    return {
        "product": line.product_id,
        "quantity": plain(line.quantity),
        "price": plain(line.price),
        "discount": plain(line.discount * HUNDRED) if line.discount else "",
        "tax_rate": plain(line.tax_rate * HUNDRED),
    }


def plain(value: Decimal) -> str:
    """A number without trailing zeros and without an exponent."""
    return f"{value.normalize():f}"


def prices_left_open(rows: Iterable[dict[str, Any]], *, currency: str, on: date) -> dict[int, Decimal | None]:
    """Default prices of the products whose price was left empty, read at once."""
    open_ones = [values["product"] for values in rows if values.get("price") is None]
    return default_prices(open_ones, currency=currency, on=on) if open_ones else {}


def line_input(values: dict[str, Any], *, customer: Any, prices: dict[int, Decimal | None]) -> LineInput:
    """One line for the service; price and tax default as the handbook of prices says."""
    product = values["product"]
    price, tax = values.get("price"), values.get("tax_rate")
    if price is None:
        price = prices.get(product.pk)
    return LineInput(
        product=product,
        quantity=values["quantity"],
        price=price if price is not None else Decimal("NaN"),
        discount=(values.get("discount") or Decimal(0)) / HUNDRED,
        tax_rate=default_tax_rate(product, customer) if tax is None else tax / HUNDRED,
    )


class ArrangeForm(ActForm):
    """Which unit has the goods ready, and until when."""

    to_team = forms.ModelChoiceField(Team.objects.filter(is_active=True), label=_("Warehouse"))
    ready_date = forms.DateField(label=_("Ready on"), widget=DateInput())
    note = forms.CharField(
        label=_("Note for the warehouse"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ShipForm(ActForm):
    shipped_date = forms.DateField(label=_("Shipped on"), widget=DateInput())
    ship_method = forms.CharField(label=_("Shipped by"), max_length=100, required=False)


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class LineField(forms.ModelChoiceField):
    def label_from_instance(self, obj: OrderLine) -> str:
        return f"{obj.position} · {obj.product}"


class ReturnForm(ActForm):
    """What came back."""

    line = LineField(queryset=OrderLine.objects.none(), label=_("Line"))
    return_date = forms.DateField(label=_("Returned on"), widget=DateInput())
    quantity = ExactDecimalField(
        label=_("Quantity"),
        max_digits=18,
        decimal_places=6,
        min_value=Decimal(0),
        required=False,
        help_text=_("Empty: all that is left. 0: an allowance, the goods stay."),
        widget=number_input(),
    )
    net = ExactDecimalField(
        label=_("Amount before tax"),
        max_digits=18,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        help_text=_("Empty: the line's share."),
        widget=number_input(),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = order.lines.select_related("product").order_by("position")
