"""Work days by region, and regimes of working hours (CON-01, domain §12)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class CalendarDay(models.Model):
    """A day that differs from the weekday rule: a day off or a make-up working day, in one region."""

    region = models.CharField(_("region"), max_length=5, default="CN")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    is_workday = models.BooleanField(_("working day"), default=False)
    source = models.CharField(_("source"), max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["region", "date", "pk"]
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints = [models.UniqueConstraint(fields=["region", "date"], name="calendar_day_one_per_region")]

    def __str__(self) -> str:
        return f"{self.region} {self.date}"


class WorkRegime(models.Model):
    """Working hours from a day to a day, such as summer 08:30–12:00 and 13:30–17:30 (CON-01)."""

    name = models.CharField(_("name"), max_length=60)
    region = models.CharField(_("region"), max_length=5, default="CN")
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True)
    blocks = models.JSONField(_("hours"), default=list)  # [["08:30", "12:00"], ["13:30", "17:30"]]

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["region", "-from_date", "pk"]
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")

    def __str__(self) -> str:
        return self.name
