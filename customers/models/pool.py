"""The public pool: its rules with dates, and everything that went in or came out (features §2)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass
from customers.choices.pool import PoolCause, PoolMoveKind
from customers.models.customers import Customer
from salesops.core.models import Record
from salesops.core.policies import ScopedQuerySet


class PoolRuleQuerySet(ScopedQuerySet):
    def in_force(self, on: date) -> PoolRuleQuerySet:
        return self.filter(from_date__lte=on).filter(Q(to_date__isnull=True) | Q(to_date__gte=on))


class PoolRule(Record):
    """Customers of a class without a contact, deal or order for so many days go to the pool."""

    cause = models.CharField(_("cause"), max_length=8, choices=PoolCause)
    days = models.PositiveIntegerField(_("days"))
    customer_class = models.CharField(
        _("class"), max_length=10, choices=CustomerClass, blank=True, help_text=_("Empty: every class.")
    )
    warn_days = models.PositiveIntegerField(_("days of warning ahead"), default=7)
    spares_open = models.BooleanField(_("spare customers with open business"), default=True)
    spares_buyers = models.BooleanField(_("spare customers who have ever bought"), default=False)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)

    objects = PoolRuleQuerySet.as_manager()

    class Meta:
        ordering = ["cause", "customer_class", "-from_date", "pk"]
        verbose_name = _("rule of the pool")
        verbose_name_plural = _("rules of the pool")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="customers_poolrule_days_given"),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="customers_poolrule_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_customer_class_display() if self.customer_class else _("every class")
        return _("%(cause)s for %(days)s days (%(class)s)") % {
            "cause": self.get_cause_display(),
            "days": self.days,
            "class": kind,
        }

    def get_absolute_url(self) -> str:
        return reverse("customers:poolrule_detail", args=[self.pk])


class PoolCustomer(Customer):
    """A customer in the pool, as everybody of the sales line sees it: without its people and numbers."""

    class Meta:
        proxy = True
        verbose_name = _("customer in the pool")
        verbose_name_plural = _("public pool")

    def get_absolute_url(self) -> str:
        return reverse("customers:poolcustomer_detail", args=[self.pk])


class PoolMove(models.Model):
    """A customer went to the pool or was taken out of it; nobody changes such a row."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="pool_moves", verbose_name=_("customer")
    )
    kind = models.CharField(_("what happened"), max_length=8, choices=PoolMoveKind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    # Whom it had belonged to before it was taken.
    former = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("former owner"),
    )
    date = models.DateField(_("date"))
    at = models.DateTimeField(_("time"))
    rule = models.ForeignKey(PoolRule, models.PROTECT, null=True, blank=True, related_name="moves")
    since = models.DateField(_("nothing since"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("move of the pool")
        verbose_name_plural = _("moves of the pool")
        indexes = [
            models.Index(fields=["date", "id"], name="customers_poolmove_date"),
            models.Index(fields=["owner", "kind", "date"], name="customers_poolmove_owner"),
            models.Index(fields=["customer", "-id"], name="customers_poolmove_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_kind_display()}"
