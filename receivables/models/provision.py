"""Provision for bad debt by age at a month end (domain §5): a run that is frozen once approved, with the rows behind."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from receivables.choices.credit import ProvisionState
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class ProvisionRun(Record):
    """What is set aside for items open at the end of a month, by years since issue. Amounts in base currency.

    A posted run never changes (trigger); a mistake is a new run of the same month, and the newest counts. ``bridge``:
    how the amount came about from that of the run before, by cause; ``rates``: the handbook's, in percent by year.
    """

    month = models.DateField(_("month"))  # its first day
    as_of = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=10, choices=ProvisionState, default=ProvisionState.DRAFT)
    rates = models.JSONField(default=list, editable=False)
    outstanding = MoneyField(verbose_name=_("outstanding"), default=0, editable=False)
    total = MoneyField(verbose_name=_("provision"), default=0, editable=False)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("run before"),
    )
    bridge = models.JSONField(default=dict, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)

    class Meta:
        ordering = ["-as_of", "-pk"]
        verbose_name = _("provision run")
        verbose_name_plural = _("provision runs")
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                condition=Q(state__in=["draft", "submitted"]),
                name="receivables_provisionrun_one_open",
            )
        ]
        indexes = [models.Index(fields=["-as_of", "-id"], name="receivables_prov_by_date")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ProvisionLine(models.Model):
    """One open item of a run: what was open, how old, at which rate; ``reason`` where the rate is its own."""

    run = models.ForeignKey(
        ProvisionRun, models.PROTECT, related_name="lines", verbose_name=_("provision run")
    )
    receivable = models.ForeignKey(
        "receivables.Receivable", models.PROTECT, related_name="+", verbose_name=_("receivable")
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    outstanding = MoneyField(verbose_name=_("outstanding"))
    age_days = models.IntegerField(_("days since issue"))
    year = models.PositiveSmallIntegerField(_("year"))  # 0: the first
    rate = models.DecimalField(_("rate"), max_digits=9, decimal_places=6)
    amount = MoneyField(verbose_name=_("provision"))
    reason = models.CharField(_("why an own rate"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["run", "-amount", "pk"]
        verbose_name = _("provision line")
        verbose_name_plural = _("provision lines")
        constraints = [
            models.UniqueConstraint(fields=["run", "receivable"], name="receivables_provisionline_item_once"),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lte=1, amount__gte=0),
                name="receivables_provisionline_rate_is_a_share",
            ),
        ]
        indexes = [models.Index(fields=["run", "-amount", "id"], name="receivables_provline_by_amount")]

    def __str__(self) -> str:
        return f"{self.run} {self.receivable}"
