"""Settlement lines: which money or credit stands against which receivable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.models.ledger import CreditNote, Receipt, Receivable
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class LineQuerySet(ScopedQuerySet):
    """Verbs over settlement lines."""

    def standing(self) -> LineQuerySet:
        """Lines that are neither reversed nor reversals."""
        return self.filter(reversal_of__isnull=True, reversed_by__isnull=True)


class SettlementLine(models.Model):
    """Part of a receipt or credit note set against a receivable on a date; a mistake is a negative line."""

    receivable = models.ForeignKey(
        Receivable, models.PROTECT, related_name="lines", verbose_name=_("receivable")
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
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+", db_index=False)
    currency = models.ForeignKey("catalog.Currency", models.PROTECT, related_name="+", db_index=False)
    amount = MoneyField(verbose_name=_("amount"))
    # at the receivable's rate; the exchange difference is a later issue
    base_amount = MoneyField()
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
                condition=Q(receipt__isnull=False, credit_note__isnull=True)
                | Q(receipt__isnull=True, credit_note__isnull=False),
                name="receivables_line_one_source",
            ),
            models.CheckConstraint(
                condition=Q(reversal_of__isnull=True, amount__gt=0, base_amount__gte=0)
                | Q(reversal_of__isnull=False, amount__lt=0, base_amount__lte=0),
                name="receivables_line_sign",
            ),
        ]
        indexes = [models.Index(fields=["date", "receivable"], name="receivables_line_by_date")]

    def __str__(self) -> str:
        return f"{self.receivable_id}: {self.amount}"

    @property
    def document(self) -> Receipt | CreditNote:
        """The receipt or credit note behind the line."""
        return self.receipt or self.credit_note
