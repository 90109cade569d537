"""Settlement lines: which money or credit stands against which receivable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.models.adjustments import Adjustment, Refund
from receivables.models.ledger import CreditNote, Receipt, Receivable
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class LineQuerySet(ScopedQuerySet):
    """Verbs over settlement lines."""

    def standing(self) -> LineQuerySet:
        """Lines that are neither reversed nor reversals."""
        return self.filter(reversal_of__isnull=True, reversed_by__isnull=True)


class SettlementLine(models.Model):
    """Part of a receipt, credit note or adjustment set against a receivable, or of money that went back.

    A mistake is a negative line.
    """

    receivable = models.ForeignKey(
        Receivable,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("receivable"),
    )
    refund = models.ForeignKey(
        Refund, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("refund")
    )
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("receipt")
    )
    credit_note = models.ForeignKey(
        CreditNote,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("credit note"),
    )
    adjustment = models.ForeignKey(
        Adjustment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=pgettext_lazy("of an open item", "adjustment"),
    )
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    currency = models.ForeignKey("catalog.Currency", models.PROTECT, related_name="+", db_index=False)
    amount = MoneyField(verbose_name=_("amount"))
    base_amount = MoneyField()  # the target's share, at its rate
    # the source's share of its base amount less that; gain above zero, nothing in base currency
    exchange_difference = MoneyField(verbose_name=_("exchange difference"), default=0, db_default=0)
    date = models.DateField(_("posted on"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("recorded by", "by"),
    )
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.CheckConstraint(
                condition=Q(receipt__isnull=False, credit_note__isnull=True, adjustment__isnull=True)
                | Q(receipt__isnull=True, credit_note__isnull=False, adjustment__isnull=True)
                | Q(receipt__isnull=True, credit_note__isnull=True, adjustment__isnull=False),
                name="receivables_line_one_source",
            ),
            models.CheckConstraint(
                condition=Q(receivable__isnull=False, refund__isnull=True)
                | Q(receivable__isnull=True, refund__isnull=False, adjustment__isnull=True),
                name="receivables_line_one_target",
            ),
            models.CheckConstraint(
                condition=Q(reversal_of__isnull=True, amount__gt=0, base_amount__gte=0)
                | Q(reversal_of__isnull=False, amount__lt=0, base_amount__lte=0),
                name="receivables_line_sign",
            ),
        ]
        indexes = [models.Index(fields=["date", "receivable"], name="receivables_line_by_date")]

    def __str__(self) -> str:
        return f"{self.receivable_id or self.refund_id}: {self.amount}"

    @property
    def document(self) -> Receipt | CreditNote | Adjustment:
        """The receipt, credit note or adjustment behind the line."""
        return self.receipt or self.credit_note or self.adjustment

    @property
    def target(self) -> Receivable | Refund:
        """What the line settles: an open item, or money that went back."""
        return self.receivable or self.refund
