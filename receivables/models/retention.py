"""Retention that is let go: the day from which the customer owes it like anything else (CTR-07)."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


def words_of_its_end() -> str:
    """Why the house released retention, in the active language."""
    return gettext("The time of the retention is over.")


class RetentionRelease(models.Model):
    """Once per item, append-only. A trigger moves the item's due date, which a release never makes later.

    ``amount`` is what was open then; ``recorded_by`` is empty where the warranty was over and the house released it.
    """

    receivable = models.OneToOneField(
        "receivables.Receivable", models.PROTECT, related_name="release", verbose_name=_("receivable")
    )
    date = models.DateField(pgettext_lazy("of a retention", "released on"))
    due_before = models.DateField(_("due before"))
    due_date = models.DateField(_("due on"))
    due_rule = models.CharField(max_length=200, blank=True)
    amount = MoneyField(verbose_name=_("amount"))
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("recorded by", "by"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("release of retention")
        verbose_name_plural = _("releases of retention")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receivables_release_amount_positive"),
            models.CheckConstraint(
                condition=Q(due_date=F("due_before"))
                | (Q(due_date__lt=F("due_before")) & Q(due_date__gte=F("date"))),
                name="receivables_release_never_later_nor_in_the_past",
            ),
        ]

    def __str__(self) -> str:
        return str(self.receivable)

    @property
    def words(self) -> str:
        """Why it was released; what the house released is said in the reader's language."""
        return self.reason if self.recorded_by_id else words_of_its_end()

    @property
    def number(self) -> str:
        """A release is told by its item."""
        return self.receivable.number

    @property
    def base_amount(self) -> Decimal:
        """What is open of the item in base currency; at the release that is what was released."""
        return self.receivable.outstanding_base
