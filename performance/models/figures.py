"""The monthly close: what was frozen, row by row, and what was restated afterwards (features §4.3).

The database refuses UPDATE and DELETE on all four tables (migration ``0003_frozen``).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from performance.choices import Dimension
from salesops.core.money import PriceField
from salesops.core.periods import Period
from salesops.core.policies import ScopedQuerySet


def _reference(to: str, **kwargs: Any) -> models.ForeignKey:
    """A reference in a bulk-written row: checked by the source document, not again for every fact."""
    return models.ForeignKey(
        to, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+", **kwargs
    )


class MonthClose(models.Model):
    """One closed month. Its figures and their rows never change again; corrections are restatements."""

    period = models.CharField(_("month"), max_length=7, unique=True)
    first_date = models.DateField(_("from"))
    closed_at = models.DateTimeField(_("closed on"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    basis = models.CharField(_("sales basis"), max_length=10)
    facts = models.PositiveIntegerField(_("source rows"), default=0)
    figures = models.PositiveIntegerField(_("figures"), default=0)
    rules = models.JSONField(_("rules in force"), default=dict, encoder=DjangoJSONEncoder)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-first_date", "-pk"]
        verbose_name = _("closed month")
        verbose_name_plural = _("monthly closes")

    def __str__(self) -> str:
        return self.period

    @property
    def span(self) -> Period:
        return Period.parse(self.period)


class KpiFact(models.Model):
    """One source row of a frozen figure: what was counted, on which day, for whom."""

    period = models.CharField(_("period"), max_length=7)
    code = models.CharField(_("KPI"), max_length=20)
    source = models.CharField(max_length=12)
    source_id = models.BigIntegerField()
    date = models.DateField(_("date"))
    owner = _reference(settings.AUTH_USER_MODEL, verbose_name=_("owner"))
    team = _reference("accounts.Team", verbose_name=_("team"))
    department = _reference("accounts.Team", verbose_name=_("department"))
    customer = _reference("customers.Customer", verbose_name=_("customer"))
    product = _reference("catalog.Product", verbose_name=_("product"))
    region = models.CharField(_("region"), max_length=100, blank=True)
    category = models.CharField(_("product category"), max_length=100, blank=True, db_default="")
    unit = models.CharField(max_length=20, null=True)
    num = models.DecimalField(max_digits=24, decimal_places=6)
    den = models.DecimalField(max_digits=24, decimal_places=6, null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["date", "pk"]
        verbose_name = _("row of a figure")
        verbose_name_plural = _("rows of figures")
        indexes = [models.Index(fields=["period", "code"], name="performance_kpifact_figure")]

    def __str__(self) -> str:
        return f"{self.code} {self.period} {self.source}:{self.source_id}"


class KpiFigure(models.Model):
    """One frozen figure. ``POST`` rows (person in a team) are the grain from which scopes are summed."""

    period = models.CharField(_("period"), max_length=7)
    code = models.CharField(_("KPI"), max_length=20)
    dimension = models.CharField(_("split by"), max_length=10, choices=Dimension)
    key = models.CharField(_("key"), max_length=100, blank=True)
    label = models.CharField(_("name"), max_length=200, blank=True)
    owner = _reference(settings.AUTH_USER_MODEL, verbose_name=_("owner"))
    team = _reference("accounts.Team", verbose_name=_("team"))
    department = _reference("accounts.Team", verbose_name=_("department"))
    unit = models.CharField(max_length=20, null=True)
    mixed = models.BooleanField(default=False)  # more than one unit of measure: no value
    num = models.DecimalField(_("numerator"), max_digits=24, decimal_places=6)
    den = models.DecimalField(_("denominator"), max_digits=24, decimal_places=6, null=True)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=6, null=True)
    target = PriceField(verbose_name=_("target"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["period", "code", "dimension", "key", "pk"]
        verbose_name = _("frozen figure")
        verbose_name_plural = _("frozen figures")
        indexes = [
            models.Index(fields=["dimension", "period", "code"], name="performance_kpifigure_by"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period} {self.key}"


class Restatement(models.Model):
    """A dated correction of one frozen figure, with its reason; the frozen figure itself stays."""

    period = models.CharField(_("period"), max_length=7)
    code = models.CharField(_("KPI"), max_length=20)
    dimension = models.CharField(_("split by"), max_length=10, choices=Dimension)
    key = models.CharField(_("key"), max_length=100, blank=True)
    label = models.CharField(_("name"), max_length=200, blank=True)
    num = models.DecimalField(_("change of the numerator"), max_digits=24, decimal_places=6)
    den = models.DecimalField(_("change of the denominator"), max_digits=24, decimal_places=6, null=True)
    value = models.DecimalField(_("value after it"), max_digits=24, decimal_places=6, null=True)
    reason = models.CharField(_("reason"), max_length=300)
    restated_at = models.DateTimeField(_("restated"))
    restated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("restated by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-restated_at", "code", "dimension", "key", "pk"]
        verbose_name = _("restatement")
        verbose_name_plural = _("restatements")
        indexes = [models.Index(fields=["period", "code", "dimension"], name="performance_restatement_of")]

    def __str__(self) -> str:
        return f"{self.code} {self.period} {self.key}: {self.num}"


class Snapshot(models.Model):
    """One page of figures as it was counted and drawn for one person, so that it need not be counted again.

    ``stamp`` is the state of the row history it was counted from; see ``services/snapshots.py``.
    """

    key = models.CharField(max_length=64, unique=True)
    stamp = models.CharField(max_length=60)
    computed_at = models.DateTimeField(_("counted on"), db_index=True)
    body = models.TextField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-computed_at", "-pk"]
        verbose_name = _("counted page")
        verbose_name_plural = _("counted pages")

    def __str__(self) -> str:
        return self.key
