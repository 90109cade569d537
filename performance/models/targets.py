"""Targets by person, team and period (TGT-01..04)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record
from salesops.core.money import MoneyField


class Target(Record):
    """The value that one KPI should reach in a period for one person or one team (a department is a team)."""

    metric = models.CharField(_("metric"), max_length=30)
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("person"),
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=_("team")
    )
    value = MoneyField(verbose_name=_("value"))

    class Meta:
        ordering = ["-period_start", "metric", "pk"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, team__isnull=True)
                | Q(staff__isnull=True, team__isnull=False),
                name="performance_target_one_subject",
            ),
            models.UniqueConstraint(
                fields=["metric", "period_start", "period_end", "staff"],
                condition=Q(staff__isnull=False),
                name="performance_target_once_staff",
            ),
            models.UniqueConstraint(
                fields=["metric", "period_start", "period_end", "team"],
                condition=Q(team__isnull=False),
                name="performance_target_once_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.period_start}"
