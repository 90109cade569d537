"""Customers who are likely to pay late, and what is done about it (REC-05)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from receivables.choices.credit import RiskState
from salesops.core.models import Record
from salesops.core.money import MoneyField


class RiskWarning(Record):
    """One warning for a customer, from the day a reason appeared until none is left.

    ``reasons``: code and figures of each, as found on ``checked_date``; ``score`` is the sum of their points.
    """

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="risk_warnings", verbose_name=_("customer")
    )
    raised_date = models.DateField(_("warned since"))
    checked_date = models.DateField(_("checked on"))
    score = models.PositiveSmallIntegerField(_("risk score"))
    reasons = models.JSONField(default=list)
    outstanding = MoneyField(verbose_name=_("outstanding in base currency"))
    state = models.CharField(_("state"), max_length=10, choices=RiskState, default=RiskState.OPEN)
    answer = models.CharField(_("what is done"), max_length=500, blank=True)
    proposal = models.CharField(_("proposal to the manager"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_date = models.DateField(_("answered on"), null=True, blank=True)
    gone_date = models.DateField(_("gone since"), null=True, blank=True)

    class Meta:
        ordering = ["-score", "pk"]
        verbose_name = _("risk warning")
        verbose_name_plural = _("risk warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(gone_date=None), name="receivables_riskwarning_one_standing"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""),
                name="receivables_riskwarning_answered_says_what",
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], name="receivables_risk_by_score")]

    def __str__(self) -> str:
        return str(self.customer)

    def days_open(self, on: datetime.date) -> int:
        return ((self.gone_date or on) - self.raised_date).days
