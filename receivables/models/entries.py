"""What one person entered and a second one has to accept before it is posted (DAT-03): one base for every posting."""

from __future__ import annotations

import datetime
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from receivables.choices import EntryState, Method, PostingKind, Source
from salesops.core.models import Record
from salesops.core.money import ExchangeRateField, MoneyField


class WaitingPosting(Record):
    """Money as one person typed it. It is no posting: nothing of the ledger counts it until a second one accepts."""

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
        abstract = True

    #: the kind of request that asks the second person; also the beginning of what the timeline tells
    approval_key: str

    @property
    def day(self) -> date:
        """The day on which it is posted."""
        raise NotImplementedError

    @property
    def posted(self) -> Any:
        """What it became in the ledger; ``None`` while it waits, and when it was turned down."""
        raise NotImplementedError

    def __str__(self) -> str:
        if self.number:
            return self.number
        amount = number_format(self.amount, force_grouping=True)
        return f"{self.customer} {self.day} {amount} {self.currency_id}"


def second_person(name: str, *posted: str) -> list[models.CheckConstraint]:
    """What is posted was accepted by somebody else; what is not accepted stands nowhere in the ledger."""
    nowhere = Q(**{f"{field}__isnull": True for field in posted})
    once = Q()
    for field in posted:
        once |= Q(**{f"{other}__isnull": other != field for other in posted})
    return [
        models.CheckConstraint(condition=Q(amount__gt=0), name=f"receivables_{name}_amount_positive"),
        models.CheckConstraint(
            condition=(Q(state="confirmed") & once) | (~Q(state="confirmed") & nowhere),
            name=f"receivables_{name}_confirmed_is_posted",
        ),
        models.CheckConstraint(
            condition=~Q(accepted_by=F("created_by")), name=f"receivables_{name}_two_people"
        ),
    ]


class ReceiptEntry(WaitingPosting):
    """A receipt above the limit, as typed from the bank statement."""

    approval_key = "receivables.receipt"

    received_date = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.TRANSFER)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    allocations = models.JSONField(default=list, editable=False)  # pairs of receivable and amount
    allocation_date = models.DateField(null=True, editable=False)
    oldest_first = models.BooleanField(default=False, editable=False)
    give_up = models.JSONField(
        default=list, editable=False
    )  # receivables whose small rest goes with it
    give_up_reason = models.CharField(
        _("why a small rest is given up"), max_length=300, blank=True, editable=False
    )
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
            *second_person("receiptentry", "receipt"),
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

    @property
    def day(self) -> date:
        return self.received_date

    @property
    def posted(self) -> Any:
        return self.receipt


class PostingEntry(WaitingPosting):
    """A posting of finance other than a receipt that waits for a second person."""

    kind = models.CharField(_("kind"), max_length=12, choices=PostingKind, editable=False)
    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=300)
    beyond_reason = models.CharField(_("why more than the item"), max_length=300, blank=True)
    receivable = models.ForeignKey(
        "receivables.Receivable",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for receivable"),
    )
    source = models.CharField(
        _("source"), max_length=10, choices=Source, default=Source.MANUAL, editable=False
    )
    credit_note = models.OneToOneField(
        "receivables.CreditNote",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entry",
        editable=False,
        verbose_name=_("credit note"),
    )
    evidence = models.TextField(_("evidence"), blank=True)
    from_receipt = models.ForeignKey(
        "receivables.Receipt",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receipt"),
    )
    from_credit_note = models.ForeignKey(
        "receivables.CreditNote",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("credit note"),
    )
    bank_account = models.CharField(_("to the account"), max_length=60, blank=True)
    refund = models.OneToOneField(
        "receivables.Refund",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entry",
        editable=False,
        verbose_name=_("refund"),
    )
    adjustment = models.OneToOneField(
        "receivables.Adjustment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entry",
        editable=False,
        verbose_name=_("write-off"),
    )
    release = models.OneToOneField(
        "receivables.RetentionRelease",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entry",
        editable=False,
        verbose_name=_("release of retention"),
    )

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("posting to be checked")
        verbose_name_plural = _("postings to be checked")
        constraints = [
            *second_person("postingentry", "credit_note", "refund", "adjustment", "release"),
            models.CheckConstraint(
                condition=Q(kind="credit_note", from_receipt__isnull=True, from_credit_note__isnull=True)
                | Q(kind__in=("write_off", "release"), receivable__isnull=False)
                | Q(kind="refund", from_receipt__isnull=False, from_credit_note__isnull=True)
                | Q(kind="refund", from_receipt__isnull=True, from_credit_note__isnull=False),
                name="receivables_postingentry_fits_its_kind",
            ),
            models.UniqueConstraint(
                fields=["kind", "number"],
                condition=Q(state="entered") & ~Q(number=""),
                name="receivables_postingentry_one_per_number",
            ),
        ]
        indexes = [models.Index(fields=["-date", "-id"], name="receivables_posting_by_date")]

    @property
    def approval_key(self) -> str:  # type: ignore[override]
        return f"receivables.{self.kind}"

    @property
    def day(self) -> datetime.date:
        return self.date

    @property
    def posted(self) -> Any:
        return (
            self.credit_note or self.refund or self.adjustment or (self.release and self.release.receivable)
        )
