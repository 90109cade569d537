"""What we sell and what its words mean in money: products, prices, currencies, taxes, payment terms."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.money import ExchangeRateField, FractionField, PriceField, QuantityField
from salesops.core.policies import ScopedQuerySet


class Currency(models.Model):
    """ISO 4217 code and the decimals its amounts are shown with."""

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")

    def __str__(self) -> str:
        return self.code


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
        return f"{self.currency_id} {self.date}: {self.rate}"


class TaxRate(models.Model):
    """A sales tax rate with dates: CN-13, CN-9, TW-5, EXPORT-0 …"""

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    rate = FractionField(verbose_name=_("rate"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-from_date", "pk"]
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")

    def __str__(self) -> str:
        return self.name


class TermBase(models.TextChoices):
    """From which day a payment term counts (domain §6)."""

    INVOICE = "invoice", _("invoice date")
    DELIVERY = "delivery", _("delivery date")
    ACCEPTANCE = "acceptance", _("acceptance date")
    SIGN = "sign", _("signing date")
    END_OF_MONTH = "end_of_month", _("end of the invoice month")
    START_OF_NEXT_MONTH = "start_of_next_month", _("first day of the next month")
    PREPAID = "prepaid", _("before delivery")


class PaymentTerm(models.Model):
    """When money falls due, stored as a rule (domain §6): base + days, optional fixed day, grace."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    base = models.CharField(_("counts from"), max_length=20, choices=TermBase, default=TermBase.INVOICE)
    days = models.PositiveSmallIntegerField(_("days"), default=30)
    fixed_day = models.PositiveSmallIntegerField(_("fixed day of the month"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("payment term")
        verbose_name_plural = _("payment terms")

    def __str__(self) -> str:
        return self.name


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

    def __str__(self) -> str:
        return f"{self.product} {self.price}"
