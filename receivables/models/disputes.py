"""What a customer objects to, item by item, with its days (domain §2, §3.6)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices.disputes import DisputeCategory, DisputeResolution
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet


class DisputeQuerySet(ScopedQuerySet):
    def open(self) -> DisputeQuerySet:
        return self.filter(resolved_date__isnull=True)

    def on(self, day: date) -> DisputeQuerySet:
        """What was disputed at the end of a day."""
        return self.filter(opened_date__lte=day).exclude(resolved_date__lte=day)


class Dispute(Record):
    """One objection to one item. At most one is open at a time; ``Receivable.disputed`` is moved by a trigger."""

    receivable = models.ForeignKey(
        "receivables.Receivable", models.PROTECT, related_name="disputes", verbose_name=_("receivable")
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    category = models.CharField(
        pgettext_lazy("of a dispute", "about"),
        max_length=10,
        choices=DisputeCategory,
        default=DisputeCategory.OTHER,
    )
    amount = MoneyField(verbose_name=_("disputed amount"))
    words = models.CharField(_("what the customer objects to"), max_length=300)
    opened_date = models.DateField(_("disputed since"))
    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who follows it"),
    )
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_date = models.DateField(_("next step by"), null=True, blank=True)
    resolution = models.CharField(
        _("how it ended"), max_length=12, choices=DisputeResolution, blank=True, editable=False
    )
    outcome = models.CharField(_("outcome"), max_length=300, blank=True, editable=False)
    resolved_date = models.DateField(_("settled on"), null=True, blank=True, editable=False)
    credit_note = models.ForeignKey(
        "receivables.CreditNote",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("credit note"),
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_date", "-pk"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="receivables_dispute_amount_positive"),
            models.CheckConstraint(
                condition=Q(resolved_date__isnull=True, resolution="")
                | (Q(resolved_date__gte=F("opened_date")) & ~Q(resolution="")),
                name="receivables_dispute_settled_whole",
            ),
            models.UniqueConstraint(
                fields=["receivable"],
                condition=Q(resolved_date__isnull=True),
                name="receivables_dispute_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_date", "-id"], name="receivables_dispute_by_day"),
            models.Index(
                fields=["next_date"],
                condition=Q(resolved_date__isnull=True),
                name="receivables_dispute_next",
            ),
        ]

    text_paths = ("receivable__number",)
    # What a file brought, and nobody has touched since, goes with its item when the import is taken back.
    goes_along_where = "created_by_id IS NULL AND version = 1"

    def __str__(self) -> str:
        return str(self.receivable)

    @property
    def state(self) -> str:
        return "open" if self.resolved_date is None else "settled"
