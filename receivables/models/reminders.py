"""What was said to whom about which receivable on which day."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from receivables.choices import Channel, ReminderKind
from salesops.core.policies import ScopedQuerySet


class Reminder(models.Model):
    """One reminder to one receiver. The UNIQUE makes a second one of that day impossible."""

    receivable = models.ForeignKey(
        "receivables.Receivable", models.PROTECT, related_name="reminders", verbose_name=_("receivable")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ReminderKind)
    date = models.DateField(_("for day"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to"),
    )
    address = models.CharField(_("address"), max_length=254, blank=True)
    receiver = models.CharField(max_length=270, editable=False)  # "app:12" or "email:ann@example.com"
    days = models.IntegerField(_("days overdue"))  # negative: days left
    outstanding = models.DecimalField(_("outstanding"), max_digits=18, decimal_places=2)
    run_id = models.BigIntegerField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["receivable", "kind", "date", "receiver"],
                name="receivables_reminder_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receivable_id} {self.kind} {self.date}"
