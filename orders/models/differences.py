"""A point on which an order differs from its contract, and the written answer of whom it concerns (ORD-01)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.choices import DifferencePoint
from orders.models.orders import Order
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class ContractDifference(models.Model):
    """One difference of one order that somebody was asked about; the request holds who, until when and the answer.

    ``mark`` says what exactly was asked about; ``excess`` how far the order goes beyond what is left of the contract's
    amount, in its currency. An answer holds for the same mark, and for no more than this excess.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="contract_differences")
    point = models.CharField(_("point"), max_length=10, choices=DifferencePoint)
    mark = models.CharField(max_length=100)
    excess = MoneyField(null=True)
    words = models.JSONField(default=dict)
    request = models.OneToOneField(
        "work.DepartmentRequest", models.PROTECT, related_name="+", verbose_name=_("request")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["order_id", "pk"]
        verbose_name = _("difference from the contract")
        verbose_name_plural = _("differences from the contract")

    def __str__(self) -> str:
        return f"{self.order} {self.point}"
