"""Tax invoices as requested, approved and issued; a red letter is a negative one of its own (domain §2, §11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices.tax_invoices import TaxInvoiceKind, TaxInvoiceState
from receivables.models.ledger import LedgerDocument
from salesops.core.money import MoneyField


class TaxInvoice(LedgerDocument):
    """``number`` is that of the request (FP); ``amount`` is net and tax. ``code`` and ``fapiao_no`` come with issue."""

    kind = models.CharField(_("kind"), max_length=10, choices=TaxInvoiceKind)
    state = models.CharField(
        _("state"), max_length=10, choices=TaxInvoiceState, default=TaxInvoiceState.REQUESTED, editable=False
    )
    tax_profile = models.ForeignKey(
        "customers.TaxProfile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invoice title"),
    )
    title = models.CharField(_("name of the buyer"), max_length=200)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, null=True, blank=True, related_name="tax_invoices",
        verbose_name=_("contract"),
    )  # fmt: skip
    net = MoneyField(verbose_name=_("net"))
    tax = MoneyField(verbose_name=_("tax"))
    requested_date = models.DateField(_("requested on"))
    issued_date = models.DateField(_("issued on"), null=True, blank=True)
    code = models.CharField(_("invoice code"), max_length=12, blank=True)
    fapiao_no = models.CharField(_("invoice number"), max_length=20, blank=True)
    delivered_date = models.DateField(
        pgettext_lazy("of a tax invoice", "handed over on"), null=True, blank=True
    )
    delivered_by = models.CharField(pgettext_lazy("of a tax invoice", "how"), max_length=200, blank=True)
    red_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="red_letters",
        verbose_name=_("takes back"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    voided_date = models.DateField(
        pgettext_lazy("of a tax invoice", "void since"), null=True, blank=True, editable=False
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("accepted by"),
        db_index=False,
    )

    class Meta:
        ordering = ["-requested_date", "-pk"]
        verbose_name = _("tax invoice")
        verbose_name_plural = _("tax invoices")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=F("net") + F("tax")), name="receivables_taxinvoice_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(red_of__isnull=True, amount__gt=0) | Q(red_of__isnull=False, amount__lt=0),
                name="receivables_taxinvoice_sign",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(issued_date__isnull=False) & ~Q(fapiao_no="")),
                name="receivables_taxinvoice_issued_whole",
            ),
            models.CheckConstraint(
                condition=~Q(accepted_by=F("created_by")), name="receivables_taxinvoice_two_people"
            ),
            models.CheckConstraint(
                condition=Q(voided_date__isnull=True)
                | Q(
                    state="void",
                    issued_date__isnull=False,
                    red_of__isnull=True,
                    kind__in=("tw3", "tw2"),
                    voided_date__gte=F("issued_date"),
                ),
                name="receivables_taxinvoice_void_of_taiwan",
            ),
            models.UniqueConstraint(
                fields=["code", "fapiao_no"],
                condition=~Q(fapiao_no=""),
                name="receivables_taxinvoice_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_date", "-id"], name="receivables_taxinvoice_by_day"),
            models.Index(fields=["contract"], name="receivables_taxinvoice_contr"),
        ]


class TaxInvoiceLine(models.Model):
    """One line; ``tax`` is rounded for itself (domain §11)."""

    invoice = models.ForeignKey(TaxInvoice, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("goods or service"), max_length=200)
    receivable = models.ForeignKey(
        "receivables.Receivable", models.PROTECT, null=True, blank=True, related_name="tax_lines",
        verbose_name=_("receivable"),
    )  # fmt: skip
    net = MoneyField(verbose_name=_("net"))
    rate = models.DecimalField(_("tax rate"), max_digits=9, decimal_places=6)
    tax = MoneyField(verbose_name=_("tax"))

    class Meta:
        ordering = ["invoice_id", "position"]
        verbose_name = _("line of a tax invoice")
        verbose_name_plural = _("lines of tax invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "position"], name="receivables_taxinvoiceline_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} · {self.position}"
