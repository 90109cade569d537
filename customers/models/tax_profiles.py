"""In whose name a customer is invoiced: several titles, each with its days (domain §2 TaxProfile)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import TaxProfileKind
from customers.models.customers import Customer
from salesops.core.models import Record
from salesops.core.policies import ScopedQuerySet


class TaxProfileQuerySet(ScopedQuerySet):
    def usable(self, on: date) -> TaxProfileQuerySet:
        """Accepted by a second person and in force on a day."""
        return self.filter(checked=True, from_date__lte=on).filter(
            Q(to_date__isnull=True) | Q(to_date__gte=on)
        )


class TaxProfile(Record):
    """A title with its tax number and bank; ``checked`` when a second person accepted it (DAT-03)."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tax_profiles", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=TaxProfileKind, default=TaxProfileKind.PRC)
    title = models.CharField(_("invoice title"), max_length=200)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    tax_override_reason = models.CharField(_("why the tax number is right"), max_length=200, blank=True)
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    bank_name = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail for invoices"), blank=True)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)
    is_default = models.BooleanField(_("used unless another one is chosen"), default=False)
    checked = models.BooleanField(_("accepted by a second person"), default=False, editable=False)

    objects = TaxProfileQuerySet.as_manager()

    class Meta:
        ordering = ["customer_id", "-is_default", "title", "pk"]
        verbose_name = _("invoice title")
        verbose_name_plural = _("invoice titles")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_default=True),
                name="customers_taxprofile_one_default",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="customers_taxprofile_title_given"),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="customers_taxprofile_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(checked=True),
                name="customers_taxprofile_default_is_checked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tax_number"], condition=~Q(tax_number=""), name="customers_taxprofile_number"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.customer.get_absolute_url()
