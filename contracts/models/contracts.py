"""A contract as the register keeps it (CTR-09)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractKind, ContractState
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, MoneyField

DRAFT = _("Draft %(pk)s")


class Contract(Record):
    """One contract: number, parties, amount, dates, payment terms.

    A draft may be without a number; it takes the one on the paper or the next of the HT series when it takes
    effect. A framework contract names no amount (domain §14.8). Once effective only remarks and the place of
    the original may change, and acts end it.
    """

    number = models.CharField(
        _("number"),
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text=_("As on the paper. Left empty, it takes the next number when it takes effect."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ContractKind, default=ContractKind.SALE)
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
    subject = models.CharField(_("subject of the contract"), max_length=200, blank=True)
    our_party = models.CharField(_("our party"), max_length=200, blank=True)
    their_signatory = models.CharField(_("their signatory"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ContractState, default=ContractState.DRAFT, editable=False
    )
    signed_date = models.DateField(_("signed on"), null=True, blank=True)
    start_date = models.DateField(_("effective from"), null=True, blank=True)
    end_date = models.DateField(_("expires on"), null=True, blank=True)
    amount = MoneyField(verbose_name=_("amount"), default=0)
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
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="renewals",
        verbose_name=_("renews"),
    )
    original_place = models.CharField(_("where the original lies"), max_length=200, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True, editable=False)
    remarks = models.TextField(_("remarks"), blank=True)

    class Meta:
        ordering = ["-signed_date", "-pk"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="contracts_contract_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "void"])
                | (models.Q(number__isnull=False) & ~models.Q(number="")),
                name="contracts_contract_number_once_effective",
            ),
            models.CheckConstraint(
                condition=models.Q(start_date__isnull=True)
                | models.Q(end_date__isnull=True)
                | models.Q(end_date__gte=models.F("start_date")),
                name="contracts_contract_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["-signed_date", "-id"], name="contracts_by_signed"),
            models.Index(fields=["customer", "-signed_date", "-id"], name="contracts_by_customer"),
            models.Index(fields=["owner", "-signed_date", "-id"], name="contracts_by_owner"),
            models.Index(fields=["team", "-signed_date", "-id"], name="contracts_by_team"),
            models.Index(fields=["state", "end_date", "id"], name="contracts_by_expiry"),
        ]

    text_paths = ("number",)
    text_otherwise = DRAFT

    def __str__(self) -> str:
        return self.number or DRAFT % {"pk": self.pk}

    @property
    def shown_number(self) -> str:
        """The number, or what a draft is called before it has one."""
        return str(self)
