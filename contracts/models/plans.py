"""When the money of a contract falls due: its payment plan, and the acceptance that some rows wait for (CTR-07)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.choices import PlanTrigger
from contracts.models.contracts import Contract
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class PaymentPlan(Record):
    """One edition of a contract's plan. A draft's plan is rewritten; one in force is replaced, with a reason."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="plans", verbose_name=_("contract"))
    edition = models.PositiveSmallIntegerField(pgettext_lazy("of a payment plan", "edition"), default=1)
    current = models.BooleanField(pgettext_lazy("of a payment plan", "in force"), default=True)
    since = models.DateField(pgettext_lazy("of a payment plan", "as of"))
    reason = models.CharField(_("why it was changed"), max_length=300, blank=True)

    class Meta:
        ordering = ["contract_id", "-edition"]
        verbose_name = _("payment plan")
        verbose_name_plural = _("payment plans")
        constraints = [
            models.UniqueConstraint(fields=["contract", "edition"], name="contracts_paymentplan_edition"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(current=True), name="contracts_paymentplan_one_current"
            ),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(reason=""), name="contracts_paymentplan_change_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} · {self.edition}"


class PlanRow(models.Model):
    """One instalment. ``line`` names it through all editions, so that it is billed once whatever is changed.

    ``amount`` is fixed with the plan; ``percent`` is how it was written. ``months`` of warranty follow the acceptance.
    """

    plan = models.ForeignKey(PaymentPlan, models.CASCADE, related_name="rows")
    seq = models.PositiveSmallIntegerField(_("no."))
    line = models.PositiveSmallIntegerField(editable=False)
    trigger = models.CharField(_("falls due by"), max_length=10, choices=PlanTrigger)
    percent = models.DecimalField(
        _("percent of the amount"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    amount = MoneyField(verbose_name=_("amount"))
    date = models.DateField(_("date"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("months of warranty"), null=True, blank=True)
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment terms"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["plan_id", "seq"]
        verbose_name = _("row of a payment plan")
        verbose_name_plural = _("rows of payment plans")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contracts_planrow_amount_positive"),
            models.CheckConstraint(
                condition=Q(date__isnull=False) | ~Q(trigger="date"), name="contracts_planrow_dated"
            ),
            models.CheckConstraint(
                condition=Q(months__isnull=False) | ~Q(trigger="warranty"), name="contracts_planrow_warranted"
            ),
            models.UniqueConstraint(fields=["plan", "seq"], name="contracts_planrow_seq"),
            models.UniqueConstraint(fields=["plan", "line"], name="contracts_planrow_line"),
        ]

    def __str__(self) -> str:
        return f"{self.plan.contract} · {self.seq}"


class Acceptance(Record):
    """The customer accepted what a contract promised: the day, and the paper that says so."""

    contract = models.OneToOneField(
        Contract, models.PROTECT, related_name="acceptance", verbose_name=_("contract")
    )
    date = models.DateField(_("accepted on"))
    paper = models.CharField(_("paper that proves it"), max_length=200)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = pgettext_lazy("of a contract", "acceptance")
        verbose_name_plural = pgettext_lazy("of a contract", "acceptances")

    def __str__(self) -> str:
        return str(self.contract)
