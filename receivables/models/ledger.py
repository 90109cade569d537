"""Posted documents are immutable; settlement lines are append-only; caches are moved by the line trigger only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, MoneyField


class LedgerDocument(Record):
    """What every posted money document has. ``base_rate`` and ``base_amount`` are fixed at posting."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="%(class)ss", verbose_name=_("customer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    amount = MoneyField(verbose_name=_("amount"))
    base_rate = ExchangeRateField()
    base_amount = MoneyField()

    class Meta:
        abstract = True


class Receivable(LedgerDocument):
    """An open item. ``settled`` is the sum of its settlement lines, ``outstanding`` what is left."""

    issue_date = models.DateField(_("issued on"))
    due_date = models.DateField(_("due on"))
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment terms"),
    )
    due_rule = models.CharField(_("how the due date came about"), max_length=200, blank=True)
    order = models.ForeignKey(
        "orders.Order",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receivables",
        verbose_name=_("order"),
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receivables",
        verbose_name=_("contract"),
    )
    disputed = models.BooleanField(_("disputed"), default=False)
    dispute_reason = models.CharField(_("dispute"), max_length=300, blank=True)
    cancelled = models.BooleanField(default=False)
    settled = MoneyField(default=0, editable=False)
    outstanding = models.GeneratedField(
        expression=F("amount") - F("settled"),
        db_persist=True,
        output_field=MoneyField(),
        verbose_name=_("outstanding"),
    )

    class Meta:
        ordering = ["due_date", "pk"]
        verbose_name = _("receivable")
        verbose_name_plural = _("receivables")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receivables_receivable_amount_positive"),
            models.CheckConstraint(
                condition=Q(settled__gte=0) & Q(settled__lte=F("amount")),
                name="receivables_receivable_never_oversettled",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Receipt(LedgerDocument):
    """Money received. ``used`` is the sum of its lines (allocations, refunds); the rest is unallocated."""

    received_date = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=20, default="transfer")
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", editable=False
    )
    used = MoneyField(default=0, editable=False)
    unallocated = models.GeneratedField(
        expression=F("amount") - F("used"),
        db_persist=True,
        output_field=MoneyField(),
        verbose_name=_("unallocated"),
    )

    class Meta:
        ordering = ["-received_date", "-pk"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return self.number


class CreditNote(LedgerDocument):
    """Money we give back on paper; settles receivables like a receipt, the rest stays as unallocated credit."""

    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    receivable = models.ForeignKey(
        Receivable, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for receivable")
    )
    used = MoneyField(default=0, editable=False)
    unallocated = models.GeneratedField(
        expression=F("amount") - F("used"),
        db_persist=True,
        output_field=MoneyField(),
        verbose_name=_("unallocated"),
    )

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")

    def __str__(self) -> str:
        return self.number


class SettlementLine(models.Model):
    """Part of a receipt or credit note set against a receivable on a date; a mistake is a negative line."""

    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="lines")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, blank=True, related_name="lines")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, null=True, blank=True, related_name="lines")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    currency = models.ForeignKey("catalog.Currency", models.PROTECT, related_name="+")
    amount = MoneyField(verbose_name=_("amount"))
    base_amount = MoneyField()  # at the receivable's rate; the exchange difference is a later issue
    date = models.DateField(_("posted on"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    reason = models.CharField(max_length=300, blank=True)

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
                condition=Q(reversal_of__isnull=True, amount__gt=0)
                | Q(reversal_of__isnull=False, amount__lt=0),
                name="receivables_line_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receivable_id}: {self.amount}"
