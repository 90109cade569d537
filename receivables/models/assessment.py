"""The credit assessment form (客户信用评估表): factors with weight, score and evidence, rating, limit and terms."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from receivables.choices import Method
from receivables.choices.credit import AssessmentKind, AssessmentState, Rating
from salesops.core.models import Record
from salesops.core.money import MoneyField

ENDS, BOUNCED, PROMISES = "ends", "bounced", "promises"  # causes of a review


def words_of_cause(cause: Mapping[str, Any] | str) -> str:
    """Why credit is to be looked at anew, in the reader's language; what a person wrote stays as written."""
    if isinstance(cause, str):
        return cause
    if cause["code"] == ENDS:
        days = {
            name: date_format(datetime.date.fromisoformat(cause[name]), "DATE_FORMAT")
            for name in ("date", "end")
        }
        return gettext("The assessment of %(date)s ends on %(end)s.") % days
    if cause["code"] == BOUNCED:
        paper = {"paper": Method(cause["method"]).label, "number": cause["number"]}
        return gettext("%(paper)s %(number)s was not honoured.") % paper
    return gettext("%(count)s promises to pay were broken in twelve months.") % {"count": cause["count"]}


class CreditAssessment(Record):
    """What a customer may owe, and why. Amounts are in the customer's currency.

    ``lines``: per factor its code, weight, the computed ``proposed`` score with its ``figures``, the ``score`` that
    counts (both 0 to 100, ``None``: nothing is known, the weight is shared out) and the ``reason`` where they differ.
    ``causes``: what made the program open it, each a ``code`` with its figures (``words_of_cause``).
    """

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="credit_assessments", verbose_name=_("customer")
    )
    kind = models.CharField(
        _("occasion"), max_length=10, choices=AssessmentKind, default=AssessmentKind.CHANGE
    )
    date = models.DateField(_("date"))
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("assessor"),
    )  # fmt: skip
    requested_limit = MoneyField(verbose_name=_("requested limit"), null=True, blank=True)
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("requested payment terms"),
    )  # fmt: skip
    expected_monthly_sales = MoneyField(verbose_name=_("expected sales a month"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    causes = models.JSONField(_("why now"), default=list, editable=False)
    lines = models.JSONField(default=list, editable=False)
    monthly_sales = MoneyField(null=True, editable=False)  # the average that the proposal counts with
    sales_months = models.PositiveSmallIntegerField(
        default=0, editable=False
    )  # months with shipments behind it
    complete = models.BooleanField(default=False, editable=False)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2, null=True, editable=False)
    rating = models.CharField(_("rating"), max_length=3, choices=Rating, blank=True, editable=False)
    special = models.BooleanField(_("rating above A by special approval"), default=False)
    special_reason = models.CharField(_("why a rating above A"), max_length=300, blank=True)
    limit_proposed = MoneyField(verbose_name=_("proposed limit"), null=True, editable=False)
    limit = MoneyField(verbose_name=pgettext_lazy("of credit", "limit"), null=True, blank=True)
    limit_reason = models.CharField(_("why more than proposed"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=AssessmentState, default=AssessmentState.DRAFT, editable=False
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, editable=False)

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("credit assessment")
        verbose_name_plural = _("credit assessments")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(valid_until__isnull=False, limit__isnull=False),
                name="receivables_creditassessment_approved_is_whole",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state__in=["draft", "submitted"]),
                name="receivables_creditassessment_one_open",
            ),
        ]
        indexes = [models.Index(fields=["-date", "-id"], name="receivables_assess_by_date")]

    def __str__(self) -> str:
        return f"{self.customer} {date_format(self.date, 'Y-m-d')}"

    @property
    def why_now(self) -> str:
        """What made the program open it, in the reader's language; one line each."""
        return "\n".join(words_of_cause(cause) for cause in self.causes)

    def expired_on(self, on: datetime.date) -> bool:
        return self.state == AssessmentState.APPROVED and bool(self.valid_until and self.valid_until < on)

    def line(self, code: str) -> dict[str, Any]:
        return next((line for line in self.lines if line["code"] == code), {})
