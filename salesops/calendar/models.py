"""Work days by region, and regimes of working hours (CON-01, domain §12)."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from salesops.calendar.words import day_words
from salesops.core.policies import ScopedQuerySet


def _hashed(column: str) -> models.Func:
    """A text column as the range that holds only its hash, for constraints without an extension."""
    number = Cast(models.Func(models.F(column), function="hashtext"), models.BigIntegerField())
    return models.Func(
        number, number, models.Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )


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
        return f"{self.date} {self.label}".strip()

    @property
    def label(self) -> str:
        """The day's name in the reader's language, where it is a known holiday; else as it was entered."""
        return day_words(self.name)

    @property
    def kind(self) -> str:
        """``off`` or ``makeup`` (a working day at a weekend) or ``work``."""
        if not self.is_workday:
            return "off"
        return "makeup" if self.date.isoweekday() > 5 else "work"


class CalendarYear(models.Model):
    """A year whose list is known for a region; without it Monday to Friday stand in, with a warning."""

    region = models.CharField(_("region"), max_length=5)
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=60)
    filled_at = models.DateTimeField(_("filled"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["region", "year"]
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        constraints = [
            models.UniqueConstraint(fields=["region", "year"], name="calendar_year_one_per_region")
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}"


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
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_date__isnull=True) | models.Q(to_date__gte=models.F("from_date")),
                name="calendar_workregime_dates_in_order",
            ),
            ExclusionConstraint(
                name="calendar_workregime_one_per_day",
                index_type="GIST",
                expressions=[
                    (_hashed("region"), RangeOperators.OVERLAPS),
                    (
                        models.Func(
                            models.F("from_date"),
                            models.F("to_date"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("There are other working hours for these days."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> str:
        """The blocks as people write them: 08:30–12:00, 13:30–17:30."""
        return ", ".join(f"{start}–{end}" for start, end in self.blocks)
