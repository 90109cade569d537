"""Which customer belonged to which group from when to when (CUS-01; features §1 8)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer, OwnershipQuerySet


class GroupLink(models.Model):
    """The history of ``Customer.parent``: the file says what holds today, the rows since when."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="group_links", verbose_name=_("customer")
    )
    parent = models.ForeignKey(Customer, models.PROTECT, related_name="member_links", verbose_name=_("group"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = OwnershipQuerySet.as_manager()

    class Meta:
        ordering = ["customer_id", "-from_date", "pk"]
        verbose_name = _("membership in a group")
        verbose_name_plural = _("memberships in groups")
        constraints = [
            models.CheckConstraint(condition=~Q(customer=F("parent")), name="customers_grouplink_not_itself"),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="customers_grouplink_dates_in_order",
            ),
            ExclusionConstraint(
                name="customers_grouplink_one_group_a_day",
                expressions=[
                    (
                        Func(F("customer_id"), F("customer_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("from_date"), F("to_date"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} – {self.parent}"
