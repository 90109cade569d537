"""The order and its lines; amounts are computed by services with core.money and checked by the database."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from orders.choices import OrderState
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, FractionField, MoneyField, PriceField, QuantityField
from salesops.core.policies import ScopedQuerySet

DRAFT = _("Draft %(pk)s")


class Order(Record):
    """An order. ``owner`` and ``team`` are those of the order date; totals are sums of the lines' cents.

    The number comes with the first submit, so a draft has none; an imported order brings its own.
    ``born_txid`` is written by the database: the transaction that inserted the order may still add its lines,
    whatever its state (imports); nobody else may.
    """

    number = models.CharField(_("number"), max_length=60, unique=True, null=True, blank=True, editable=False)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("contract"),
    )
    customer_po = models.CharField(_("customer's order number"), max_length=60, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )
    region = models.CharField(_("region"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=OrderState, default=OrderState.DRAFT, editable=False
    )
    order_date = models.DateField(_("ordered on"))
    required_date = models.DateField(_("required by"), null=True, blank=True)
    promised_date = models.DateField(_("promised for"), null=True, blank=True)
    submitted_date = models.DateField(_("submitted on"), null=True, blank=True, editable=False)
    confirmed_date = models.DateField(_("confirmed on"), null=True, blank=True, editable=False)
    shipped_date = models.DateField(_("shipped on"), null=True, blank=True, editable=False)
    ship_method = models.CharField(_("shipped by"), max_length=100, blank=True)
    ship_to = models.CharField(_("ship to"), max_length=300, blank=True)
    tax_profile = models.ForeignKey(
        "customers.TaxProfile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invoice title"),
    )
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment terms"),
    )
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    base_rate = ExchangeRateField(editable=False, default=1)
    freight = MoneyField(verbose_name=_("freight"), default=0)
    net = MoneyField(verbose_name=_("total before tax"), default=0, editable=False)  # lines, without freight
    tax = MoneyField(verbose_name=_("tax"), default=0, editable=False)
    total = MoneyField(verbose_name=_("total"), default=0, editable=False)  # net + tax + freight
    base_net = MoneyField(default=0, editable=False)
    base_total = MoneyField(default=0, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    # What the warehouse was asked for; the newest arrangement of the shipment (ORD-07).
    arrangement = models.ForeignKey(
        "work.DepartmentRequest",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("shipment arrangement"),
    )
    # Who decided to confirm or ship it when only what passes by itself stopped it (ORD-14, clause R-86).
    waits_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
        verbose_name=_("goes on for"),
    )
    cancel_reason = models.CharField(_("why cancelled"), max_length=300, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    born_txid = models.BigIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["-order_date", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("net") + F("tax") + F("freight")), name="orders_order_total_adds_up"
            ),
            models.CheckConstraint(condition=Q(freight__gte=0), name="orders_order_freight_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | (Q(number__isnull=False) & ~Q(number="")),
                name="orders_order_number_once_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state="shipped") | Q(shipped_date__isnull=False),
                name="orders_order_shipped_has_date",
            ),
            models.CheckConstraint(
                condition=Q(shipped_date__isnull=True) | Q(shipped_date__gte=F("order_date")),
                name="orders_order_shipped_not_before_ordered",
            ),
        ]
        indexes = [
            models.Index(fields=["-order_date", "-id"], name="orders_by_date"),
            models.Index(fields=["customer", "-order_date", "-id"], name="orders_by_customer"),
            models.Index(fields=["owner", "-order_date", "-id"], name="orders_by_owner"),
            models.Index(fields=["team", "-order_date", "-id"], name="orders_by_team"),
            models.Index(fields=["state", "-order_date", "-id"], name="orders_by_state"),
            models.Index(
                fields=["customer"], condition=Q(waits_by__isnull=False), name="orders_order_waits_by_itself"
            ),
            models.Index(fields=["region", "-order_date", "-id"], name="orders_by_region"),
            models.Index(fields=["-total", "-id"], name="orders_by_total"),
            models.Index(fields=["promised_date", "id"], name="orders_by_promise"),
            models.Index(fields=["shipped_date", "id"], name="orders_by_shipment"),
            models.Index(fields=["required_date", "id"], name="orders_by_requirement"),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="orders_order_found_number"),
            models.Index(OpClass(Upper("customer_po"), "text_pattern_ops"), name="orders_order_found_po"),
        ]

    text_paths = ("number",)
    text_otherwise = DRAFT

    def __str__(self) -> str:
        return self.number or DRAFT % {"pk": self.pk}

    @property
    def shown_number(self) -> str:
        """The number, or what a draft is called before it has one."""
        return str(self)

    @property
    def due_date(self) -> date | None:
        """The day the customer may expect the goods: promised, else required."""
        return self.promised_date or self.required_date


class OrderLine(models.Model):
    """One line: net = round(quantity x price x (1 - discount)), tax = round(net x rate) (domain §11)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("line"))
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, related_name="+", verbose_name=_("product")
    )
    quantity = QuantityField(verbose_name=_("quantity"))
    price = PriceField(verbose_name=_("price"))
    discount = FractionField(verbose_name=_("discount"), default=0)
    tax_rate = FractionField(verbose_name=_("tax rate"), default=0)
    net = MoneyField(verbose_name=_("net"), editable=False)
    tax = MoneyField(verbose_name=_("tax"), editable=False)
    base_net = MoneyField(editable=False)
    below_floor = models.BooleanField(_("under the floor price"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["order_id", "position", "pk"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_orderline_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_orderline_quantity_positive"),
            models.CheckConstraint(condition=Q(price__gte=0), name="orders_orderline_price_not_negative"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=1), name="orders_orderline_discount_fraction"
            ),
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lte=1), name="orders_orderline_tax_fraction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"
