"""What lowers an open item without money: small differences, write-offs; and money that goes back to a customer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import AdjustmentKind, RefundState
from receivables.models.ledger import (
    NEVER_OVERUSED,
    REVERSED_IS_FREE,
    SANE,
    LedgerDocument,
    MoneyDocument,
    MoneyDocumentQuerySet,
    Receipt,
    Receivable,
    used_base_closes,
)
from salesops.core.money import MoneyField


class Adjustment(LedgerDocument):
    """So much of one receivable is given up. ``used`` is what its lines say: less after a take-back or a recovery.

    A recovery has no lines of its own: it names the write-off of which a part was taken back, and the money that came.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=AdjustmentKind, editable=False)
    date = models.DateField(_("date"))
    receivable = models.ForeignKey(
        Receivable, models.PROTECT, related_name="adjustments", verbose_name=_("for receivable")
    )
    reason = models.CharField(_("reason"), max_length=300)
    evidence = models.TextField(_("evidence"), blank=True)
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="adjustments", verbose_name=_("receipt")
    )
    written_off = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recoveries",
        verbose_name=_("write-off that is recovered"),
    )
    used = MoneyField(verbose_name=pgettext_lazy("of an open item", "given up"), default=0, editable=False)

    objects = MoneyDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = pgettext_lazy("of an open item", "adjustment")
        verbose_name_plural = pgettext_lazy("of open items", "adjustments")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, used__gte=0, used__lte=F("amount")),
                name="receivables_adjustment_never_overused",
            ),
            models.CheckConstraint(
                condition=(Q(kind="recovery", written_off__isnull=False, used=0))
                | (~Q(kind="recovery") & Q(written_off__isnull=True)),
                name="receivables_adjustment_recovery_names_its_write_off",
            ),
            models.CheckConstraint(
                condition=~Q(kind="write_off") | ~Q(evidence=""), name="receivables_adjustment_evidence"
            ),
            models.CheckConstraint(
                condition=Q(date__range=SANE), name="receivables_adjustment_date_plausible"
            ),
        ]
        indexes = [models.Index(fields=["-date", "-id"], name="receivables_adjust_by_date")]

    @property
    def reversed_date(self) -> None:
        """An adjustment is taken back by the mirror of its line, never by a document of its own."""
        return None


class RefundQuerySet(MoneyDocumentQuerySet):
    """Verbs over refunds."""

    def standing(self) -> RefundQuerySet:
        return self.filter(reversal_of__isnull=True, reversed_date__isnull=True)

    def to_pay(self) -> RefundQuerySet:
        """Accepted, and the bank has not paid yet."""
        return self.standing().filter(paid_date__isnull=True)


class Refund(MoneyDocument):
    """Unallocated money or credit that goes back to the customer. ``paid_date`` is set once, when the bank has paid."""

    date = models.DateField(_("date"))
    paid_date = models.DateField(_("paid on"), null=True, blank=True)
    bank_account = models.CharField(_("to the account"), max_length=60, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=NEVER_OVERUSED, name="receivables_refund_never_overused"),
            models.CheckConstraint(
                condition=REVERSED_IS_FREE, name="receivables_refund_reversed_has_no_lines"
            ),
            used_base_closes("refund"),
            models.CheckConstraint(condition=Q(date__range=SANE), name="receivables_refund_date_plausible"),
            models.CheckConstraint(
                condition=Q(paid_date__isnull=True) | Q(paid_date__gte=F("date")),
                name="receivables_refund_paid_after_it_was_accepted",
            ),
        ]
        indexes = [models.Index(fields=["-date", "-id"], name="receivables_refund_by_date")]

    @property
    def unallocated(self) -> int:
        """A refund is whole from its posting on."""
        return 0

    @property
    def state(self) -> str:
        if self.reversal_of_id:
            return RefundState.REVERSAL
        if self.reversed_date:
            return RefundState.REVERSED
        return RefundState.PAID if self.paid_date else RefundState.TO_PAY

    @property
    def state_label(self) -> object:
        return RefundState(self.state).label
