"""Goods or money given back on an order; counts negative on its own date (domain §4 r)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order, OrderLine
from salesops.core.models import Record
from salesops.core.money import MoneyField, QuantityField


class Return(Record):
    """A return of an order or of one of its lines. ``net`` is without tax, in the order's currency.

    A quantity of 0 is an allowance: money back, goods stay. Never changed once recorded.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="returns", verbose_name=_("order"))
    line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("line")
    )
    return_date = models.DateField(_("returned on"))
    quantity = QuantityField(verbose_name=_("quantity"), default=0)
    net = MoneyField(verbose_name=_("net amount"), default=0)
    base_net = MoneyField(editable=False, default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["-return_date", "-pk"]
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(net__gte=0), name="orders_return_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) | Q(net__gt=0), name="orders_return_not_empty"
            ),
        ]
        indexes = [models.Index(fields=["return_date", "id"], name="orders_return_by_date")]

    def __str__(self) -> str:
        return f"{self.order} {self.return_date}"

    @property
    def currency_code(self) -> str:
        return self.order.currency_id
