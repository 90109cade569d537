"""Menu, search and the sentences of the timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from salesops.audit import verbs
from salesops.catalog.models import Currency, ExchangeRate, PaymentTerm, PriceList, Product, TaxRate
from salesops.ui.registries import MenuItem, menu, side_by_side


def register() -> None:
    menu.register(
        "catalog.products",
        MenuItem("orders", _("Products"), "catalog:product_list", Product, order=80, icon="tag"),
    )
    menu.register(
        "catalog.price_lists",
        MenuItem("orders", _("Price lists"), "catalog:pricelist_list", PriceList, order=81, icon="list"),
    )
    for key, label, page, model, order in (
        ("currencies", _("Currencies"), "catalog:currency_list", Currency, 30),
        ("rates", _("Exchange rates"), "catalog:exchangerate_list", ExchangeRate, 31),
        ("taxes", _("Tax rates"), "catalog:taxrate_list", TaxRate, 32),
        ("terms", _("Payment terms"), "catalog:paymentterm_list", PaymentTerm, 33),
    ):
        menu.register(
            f"catalog.{key}",
            MenuItem("administration", label, page, model, verb="edit", order=order, icon="globe"),
        )
    side_by_side("catalog.currencies", "catalog.rates", "catalog.taxes", "catalog.terms")
    verbs.register(
        {
            "catalog.product_created": _("%(actor)s created product %(code)s"),
            "catalog.product_changed": _("%(actor)s changed product %(code)s: %(fields)s"),
            "catalog.price_list_created": _("%(actor)s created price list %(code)s"),
            "catalog.price_list_changed": _("%(actor)s changed price list %(code)s"),
            "catalog.price_set": _(
                "%(actor)s set the price of %(product)s on %(list)s to %(price)s %(currency)s from %(from_date)s"
            ),
            "catalog.currency_added": _("%(actor)s added the currency %(code)s"),
            "catalog.rate_set": _("%(actor)s set the rate of %(currency)s on %(date)s to %(rate)s"),
            "catalog.tax_rate_set": _("%(actor)s set tax rate %(code)s to %(rate)s from %(from_date)s"),
            "catalog.term_created": _("%(actor)s created payment term %(code)s"),
            "catalog.term_changed": _("%(actor)s changed payment term %(code)s"),
        }
    )
