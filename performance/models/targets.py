"""Targets by person, team and period (TGT-01..04)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesops.core.models import Record
from salesops.core.money import PriceField
from salesops.core.periods import Period
from salesops.core.policies import ScopedQuerySet


class Target(Record):
    """The value that one KPI should reach in a period for one person or one team (a department is a team)."""

    metric = models.CharField(_("metric"), max_length=30)
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to (last day)"))
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
    value = PriceField(verbose_name=_("value"))  # money and quantities to the cent, rates as fractions

    # Whose eyes reach it: the team itself, or the team of the person in the middle of the period.
    scope_team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

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
        from performance.kpis.registry import kpis  # the library reads these models

        known = kpis.get(self.metric.lower())
        return f"{known.title if known else self.metric} {self.period.code} {self.subject}"

    def validate_constraints(self, exclude: Any = None) -> None:
        """Nothing here: the service refuses in words what the database would refuse by name."""

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_end)

    @property
    def subject(self) -> models.Model:
        """The person or the team that the target is for."""
        return self.staff or self.team


class TargetChange(models.Model):
    """One step in the history of a target: what it was, what it became, who changed it and why (TGT-13)."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="changes", verbose_name=_("target"))
    old_value = PriceField(verbose_name=_("was"), null=True)
    new_value = PriceField(verbose_name=_("became"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of a target")
        verbose_name_plural = _("changes of targets")

    def __str__(self) -> str:
        return f"{self.target_id}: {self.new_value}"
