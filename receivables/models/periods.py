"""Months of the ledger that are closed, and the one door by which a wrong import leaves it."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class PeriodLock(models.Model):
    """One month of one module. Every posting reads its row FOR SHARE; closing takes it FOR UPDATE first.

    A closed month is never opened again (a trigger refuses it): corrections are posted into an open month.
    """

    module = models.CharField(_("module"), max_length=30, default="receivables")
    month = models.DateField(_("month"))  # its first day
    closed = models.BooleanField(_("closed"), default=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["module", "-month", "pk"]
        verbose_name = _("ledger month")
        verbose_name_plural = _("ledger months")
        constraints = [
            models.UniqueConstraint(fields=["module", "month"], name="receivables_periodlock_once"),
            models.CheckConstraint(
                condition=models.Q(month__day=1) & models.Q(month__range=("1990-01-01", "2100-12-01")),
                name="receivables_periodlock_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class LedgerRemoval(models.Model):
    """An imported document was taken back before anything depended on it; the row keeps what it said.

    Inserting this row is the only way to remove a document: a trigger checks that it was imported, that its
    months are open and that nothing but the same import stands on it, and then deletes it.
    """

    kind = models.CharField(max_length=20)  # receivable | receipt | credit_note
    object_id = models.BigIntegerField()
    number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    snapshot = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("removal from the ledger")
        verbose_name_plural = _("removals from the ledger")

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
