"""Drafts and cheques that customers gave us: they count for nothing until they are honoured."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import PaperKind, PaperState
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class HeldPaperQuerySet(ScopedQuerySet):
    """Verbs over drafts and cheques."""

    def held(self) -> HeldPaperQuerySet:
        return self.filter(state=PaperState.HELD)

    def due(self, on: date) -> HeldPaperQuerySet:
        """Those that can be presented on a day."""
        return self.held().filter(due_date__lte=on)


class HeldPaper(Record):
    """A draft or cheque with what it is meant to settle (``parts``). Honoured, it is a receipt of that day."""

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
    kind = models.CharField(_("kind"), max_length=10, choices=PaperKind)
    number = models.CharField(pgettext_lazy("of a draft or cheque", "number"), max_length=60)
    drawer = models.CharField(pgettext_lazy("of a draft or cheque", "drawer"), max_length=200)
    bank = models.CharField(pgettext_lazy("of a draft or cheque", "bank"), max_length=200)
    received_date = models.DateField(_("received on"))
    due_date = models.DateField(pgettext_lazy("of a draft or cheque", "due on"))
    currency = models.ForeignKey(
        "catalog.Currency", models.PROTECT, related_name="+", verbose_name=_("currency"), db_index=False
    )
    amount = MoneyField(verbose_name=_("amount"))
    base_amount = MoneyField(editable=False)  # at the rate of the day it came; the receipt has its own
    state = models.CharField(
        _("state"), max_length=10, choices=PaperState, default=PaperState.HELD, editable=False
    )
    ended_date = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    told_date = models.DateField(null=True, editable=False)  # the day on which its due day was announced
    receipt = models.OneToOneField(
        "receivables.Receipt",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="paper",
        editable=False,
        verbose_name=_("receipt"),
    )
    entry = models.ForeignKey(
        "receivables.ReceiptEntry", models.PROTECT, null=True, related_name="papers", editable=False
    )

    objects = HeldPaperQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]
        verbose_name = _("draft or cheque")
        verbose_name_plural = _("drafts and cheques")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receivables_paper_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=("held", "returned"), receipt__isnull=True)
                | Q(state="honoured", receipt__isnull=False)
                | Q(state="bounced"),
                name="receivables_paper_honoured_is_posted",
            ),
            models.CheckConstraint(
                condition=Q(state="held", ended_date__isnull=True)
                | (~Q(state="held") & Q(ended_date__gte=F("received_date"))),
                name="receivables_paper_ends_once",
            ),
            models.UniqueConstraint(
                fields=["bank", "number"],
                condition=Q(state__in=("held", "honoured")),
                name="receivables_paper_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_date"], condition=Q(state="held"), name="receivables_paper_by_due"),
            models.Index(fields=["customer"], condition=Q(state="held"), name="receivables_paper_held"),
        ]

    text_paths = ("number",)

    def __str__(self) -> str:
        return self.number


class HeldPaperPart(models.Model):
    """So much of a paper is meant for this receivable; it settles nothing."""

    paper = models.ForeignKey(HeldPaper, models.PROTECT, related_name="parts")
    receivable = models.ForeignKey(
        "receivables.Receivable", models.PROTECT, related_name="paper_parts", verbose_name=_("receivable")
    )
    amount = MoneyField(verbose_name=_("amount"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["paper", "pk"]
        verbose_name = _("part of a draft or cheque")
        verbose_name_plural = _("parts of drafts and cheques")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receivables_paperpart_amount_positive"),
            models.UniqueConstraint(fields=["paper", "receivable"], name="receivables_paperpart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.amount}"
