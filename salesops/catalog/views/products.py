"""Products, price lists and prices."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.catalog import packing
from salesops.catalog.forms import PriceForm, PriceListForm, ProductForm
from salesops.catalog.models import PriceEntry, PriceList, Product
from salesops.catalog.services import products
from salesops.catalog.tables import PriceListFilter, PriceListTable, ProductFilter, ProductTable
from salesops.catalog.views.pages import CatalogPage, active
from salesops.catalog.words import percent
from salesops.core.policies import can
from salesops.ui.templatetags.ui import money, quantity
from salesops.ui.views import (
    Act,
    ActionView,
    RecordCreateView,
    RecordListView,
    RecordUpdateView,
)


class ProductList(RecordListView):
    model = Product
    table_class = ProductTable
    filterset_class = ProductFilter
    add_url_name = "catalog:product_create"


class ProductPage(CatalogPage):
    model = Product
    edit_url_name = "catalog:product_edit"
    template_name = "catalog/product_detail.html"

    def get_subtitle(self, obj: Product) -> str:
        return obj.code

    def facts(self, obj: Product) -> list[tuple[Any, Any]]:
        code = obj.currency_id
        cost = []
        if can(self.request.user, "view_cost", obj):
            cost = [
                (_("Floor price"), _amount(obj.floor_price, code)),
                (_("Cost price"), _amount(obj.cost_price, code)),
            ]
        return [
            (_("Code"), obj.code),
            (_("Category"), obj.category),
            (_("Specification"), obj.spec),
            (_("Unit"), obj.unit),
            (_("List price"), _amount(obj.list_price, code)),
            *cost,
            (_("Tax rate"), "" if obj.tax_rate is None else f"{percent(obj.tax_rate)} %"),
            (_("HS code"), obj.hs_code),
            *packing_facts(obj),
            active(obj),
        ]

    def get_context(self, obj: Product) -> dict[str, Any]:
        prices = PriceEntry.objects.visible_to(self.request.user).filter(product=obj)
        return {
            "prices": prices.select_related("price_list").order_by("price_list__code", "-from_date"),
            "today": timezone.localdate(self.at),
        }


def _amount(value: Any, currency: str) -> Any:
    return "" if value is None else money(value, currency)


def packing_facts(obj: Product) -> list[tuple[Any, Any]]:
    """Packing data in the trade's units."""
    measures = (obj.carton_length, obj.carton_width, obj.carton_height)
    facts: list[tuple[Any, Any]] = [(_("Pieces per carton"), obj.pieces_per_carton)]
    if all(measures):
        facts.append((_("Carton (cm)"), " × ".join(str(quantity(m)) for m in measures)))
    if obj.cbm:
        facts.append((_("Volume (m³)"), quantity(packing.kept_cbm(obj.cbm))))
        facts.append((_("Volume (cubic feet)"), quantity(packing.cubic_feet(obj.cbm))))
    for label, value in ((_("Gross weight (kg)"), obj.gross_weight), (_("Net weight (kg)"), obj.net_weight)):
        facts.append((label, quantity(value) if value is not None else ""))
    return facts


class ProductCreate(RecordCreateView):
    model = Product
    form_class = ProductForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Product:
        return products.create_product(actor=actor, at=at, **form.cleaned_data)


class ProductEdit(RecordUpdateView):
    model = Product
    form_class = ProductForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> Product:
        return products.update_product(self.object, actor=actor, at=at, **form.cleaned_data)


class PriceListList(RecordListView):
    model = PriceList
    table_class = PriceListTable
    filterset_class = PriceListFilter
    add_url_name = "catalog:pricelist_create"

    def base_queryset(self):
        return PriceList.objects.select_related("currency")


class PriceListPage(CatalogPage):
    model = PriceList
    edit_url_name = "catalog:pricelist_edit"
    template_name = "catalog/pricelist_detail.html"

    def facts(self, obj: PriceList) -> list[tuple[Any, Any]]:
        return [(_("Code"), obj.code), (_("Currency"), f"{obj.currency_id} · {obj.currency.words}")]

    def acts(self, obj: PriceList) -> list[Act]:
        return [
            Act(_("Set a price"), reverse("catalog:pricelist_price", args=[obj.pk]), "edit", primary=True),
            Act(_("Edit"), reverse(self.edit_url_name, args=[obj.pk]), "edit"),
        ]

    def get_context(self, obj: PriceList) -> dict[str, Any]:
        prices = PriceEntry.objects.visible_to(self.request.user).filter(price_list=obj)
        return {
            "prices": prices.select_related("product").order_by("product__code", "-from_date")[:1000],
            "today": timezone.localdate(self.at),
        }


class PriceListCreate(RecordCreateView):
    model = PriceList
    form_class = PriceListForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> PriceList:
        return products.create_price_list(actor=actor, at=at, **form.cleaned_data)


class PriceListEdit(RecordUpdateView):
    model = PriceList
    form_class = PriceListForm

    def perform(self, form: Any, *, actor: Any, at: Any) -> PriceList:
        return products.update_price_list(self.object, actor=actor, at=at, **form.cleaned_data)


class SetPrice(ActionView):
    model = PriceList
    verb = "edit"
    form_class = PriceForm
    title = _("Set a price")
    explain = _(
        "The price in force before ends the day before. Documents keep the price they were made with."
    )
    submit_label = _("Save")

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate(self.at), **super().get_initial()}

    def perform(self, obj: PriceList, form: Any, *, actor: Any, at: Any) -> PriceList:
        data = form.cleaned_data
        products.set_price(
            obj,
            data["product"],
            data["price"],
            data["from_date"],
            to_date=data["to_date"],
            actor=actor,
            at=at,
        )
        return obj
