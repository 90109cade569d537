"""What we sell and what its words mean in money: products, prices, currencies, taxes, payment terms."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.catalog import coins
from salesops.catalog.choices import TermBase
from salesops.catalog.constraints import dates_in_order, days, number_key, text_key
from salesops.catalog.words import currency_words, tax_words, term_words
from salesops.core.money import ExchangeRateField, FractionField, PriceField, QuantityField
from salesops.core.policies import ScopedQuerySet


class Currency(models.Model):
    """ISO 4217 code and the decimals its amounts are shown with."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        coins.forget()

    @property
    def words(self) -> str:
        """The currency's name in the reader's language; the stored name where the language has none."""
        return currency_words(self.code) or self.name


class ExchangeRate(models.Model):
    """Base currency units for one unit of ``currency``, valid from ``date`` until the next rate's day."""

    currency = models.ForeignKey(Currency, models.PROTECT, related_name="rates", verbose_name=_("currency"))
    date = models.DateField(_("date"))
    rate = ExchangeRateField(verbose_name=_("rate"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["currency_id", "-date", "pk"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["currency", "date"], name="catalog_exchangerate_one_per_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="catalog_exchangerate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency_id} {self.date}"


class TaxRate(models.Model):
    """A sales tax rate with dates: CN-13, CN-9, TW-5, EXPORT-0 …"""

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60, blank=True)
    rate = FractionField(verbose_name=pgettext_lazy("tax", "rate"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-from_date", "pk"]
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lt=1), name="catalog_taxrate_between_0_and_1"
            ),
            dates_in_order("catalog_taxrate_dates_in_order"),
            ExclusionConstraint(
                name="catalog_taxrate_one_per_day",
                index_type="GIST",
                expressions=[(text_key("code"), RangeOperators.OVERLAPS), (days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This tax code has a rate for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or tax_words(self.code, self.rate)

    @property
    def label(self) -> str:
        return str(self)


class PaymentTerm(models.Model):
    """When money falls due, stored as a rule (domain §6): base + days, optional fixed day, grace."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    base = models.CharField(_("counts from"), max_length=20, choices=TermBase, default=TermBase.INVOICE)
    days = models.PositiveSmallIntegerField(pgettext_lazy("number of", "days"), default=30)
    fixed_day = models.PositiveSmallIntegerField(_("fixed day of the month"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("payment term")
        verbose_name_plural = _("payment terms")
        constraints = [
            models.CheckConstraint(
                condition=Q(fixed_day=None) | Q(fixed_day__range=(1, 31)),
                name="catalog_paymentterm_fixed_day_of_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.rule_words

    @property
    def label(self) -> str:
        return str(self)

    @property
    def rule_words(self) -> str:
        """The rule itself in words, whatever the term is called."""
        return term_words(self.base, self.days, self.fixed_day, self.grace_days)


class Product(models.Model):
    """A product with packing data (QUO-06). Cost and floor price are shown by role only."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=100, blank=True, db_index=True)
    spec = models.CharField(_("specification"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    list_price = PriceField(verbose_name=_("list price"), null=True, blank=True)
    floor_price = PriceField(verbose_name=_("floor price"), null=True, blank=True)
    cost_price = PriceField(verbose_name=_("cost price"), null=True, blank=True)
    currency = models.ForeignKey(Currency, models.PROTECT, related_name="+", verbose_name=_("currency"))
    tax_rate = FractionField(verbose_name=_("tax rate"), null=True, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=20, blank=True)
    pieces_per_carton = models.PositiveIntegerField(_("pieces per carton"), null=True, blank=True)
    carton_length = QuantityField(verbose_name=_("carton length (cm)"), null=True, blank=True)
    carton_width = QuantityField(verbose_name=_("carton width (cm)"), null=True, blank=True)
    carton_height = QuantityField(verbose_name=_("carton height (cm)"), null=True, blank=True)
    cbm = QuantityField(verbose_name=_("volume per carton (m³)"), null=True, blank=True)
    gross_weight = QuantityField(verbose_name=_("gross weight per carton (kg)"), null=True, blank=True)
    net_weight = QuantityField(verbose_name=_("net weight per carton (kg)"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0}),
                name=f"catalog_product_{field}_not_negative",
            )
            for field in ("list_price", "floor_price", "cost_price", "tax_rate", "cbm", "gross_weight")
        ]

    text_paths = ("name",)

    def __str__(self) -> str:
        return self.name


class PriceList(models.Model):
    """A named list of prices in one currency: domestic, export, dealer …"""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    currency = models.ForeignKey(Currency, models.PROTECT, related_name="+", verbose_name=_("currency"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")

    text_paths = ("name",)

    def __str__(self) -> str:
        return self.name


class PriceEntry(models.Model):
    """The price of a product on a list from a day to a day; the database refuses two on one day."""

    price_list = models.ForeignKey(
        PriceList, models.PROTECT, related_name="entries", verbose_name=_("price list")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="prices", verbose_name=_("product"))
    price = PriceField(verbose_name=_("price"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["price_list_id", "product_id", "-from_date", "pk"]
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="catalog_priceentry_not_negative"),
            dates_in_order("catalog_priceentry_dates_in_order"),
            ExclusionConstraint(
                name="catalog_priceentry_one_per_day",
                index_type="GIST",
                expressions=[
                    (number_key("price_list_id"), RangeOperators.OVERLAPS),
                    (number_key("product_id"), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This product has a price on this list for these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.price}"

    @property
    def currency_code(self) -> str:
        return self.price_list.currency_id
