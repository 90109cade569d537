"""Receipts above a limit, as one person entered them; they are posted when a second person accepts (DAT-03)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from receivables.choices import EntryState, Method
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, MoneyField


class ReceiptEntry(Record):
    """Money as typed from the bank statement. It is no posting: nothing of the ledger counts it."""

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", verbose_name=_("customer")
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
    number = models.CharField(_("number"), max_length=60, blank=True, editable=False)  # an import's own
    state = models.CharField(
        _("state"), max_length=10, choices=EntryState, default=EntryState.ENTERED, editable=False
    )
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = MoneyField(verbose_name=_("amount"))
    base_amount = MoneyField(editable=False)
    base_rate = ExchangeRateField(null=True, editable=False)  # given by a file instead of the table's
    received_date = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.TRANSFER)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    allocations = models.JSONField(default=list, editable=False)  # pairs of receivable and amount
    allocation_date = models.DateField(null=True, editable=False)
    oldest_first = models.BooleanField(default=False, editable=False)
    receipt = models.OneToOneField(
        "receivables.Receipt",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entry",
        editable=False,
        verbose_name=_("receipt"),
    )

    class Meta:
        ordering = ["-received_date", "-pk"]
        verbose_name = _("receipt to be checked")
        verbose_name_plural = _("receipts to be checked")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="receivables_receiptentry_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", receipt__isnull=False)
                | (~Q(state="confirmed") & Q(receipt__isnull=True)),
                name="receivables_receiptentry_confirmed_is_posted",
            ),
            models.UniqueConstraint(
                fields=["bank_account", "bank_reference"],
                condition=Q(state="entered") & ~Q(bank_reference=""),
                name="receivables_receiptentry_one_per_bank_line",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(state="entered") & ~Q(number=""),
                name="receivables_receiptentry_one_per_number",
            ),
        ]
        indexes = [models.Index(fields=["-received_date", "-id"], name="receivables_entry_by_date")]

    def __str__(self) -> str:
        if self.number:
            return self.number
        amount = number_format(self.amount, force_grouping=True)
        return f"{self.customer} {self.received_date} {amount} {self.currency_id}"
