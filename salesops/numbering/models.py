"""Counters of document numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet


class NumberSeries(models.Model):
    """The last number given for a class in a year; its row lock makes the series gapless.

    The database lets a counter only rise, and lets nobody delete one: a number is never used again.
    """

    document_class = models.CharField(_("document class"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["document_class", "year"]
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["document_class", "year"], name="numbering_series_class_year")
        ]

    def __str__(self) -> str:
        return f"{self.document_class}-{self.year}: {self.last}"
