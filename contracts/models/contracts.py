"""A contract as the register keeps it (CTR-09)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractState
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, MoneyField


class Contract(Record):
    """One contract: number, parties, amount, dates, payment terms."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="contracts", verbose_name=_("customer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contracts", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    our_party = models.CharField(_("our party"), max_length=200, blank=True)
    their_signatory = models.CharField(_("their signatory"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ContractState, default=ContractState.DRAFT, editable=False
    )
    signed_date = models.DateField(_("signed on"), null=True, blank=True)
    start_date = models.DateField(_("effective from"), null=True, blank=True)
    end_date = models.DateField(_("expires on"), null=True, blank=True)
    amount = MoneyField(verbose_name=_("amount"))
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency")
    )
    base_rate = ExchangeRateField(editable=False, default=1)
    base_amount = MoneyField(editable=False, default=0)
    payment_term = models.ForeignKey(
        "catalog.PaymentTerm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment terms"),
    )
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        ordering = ["-signed_date", "-pk"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="contracts_contract_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.number
