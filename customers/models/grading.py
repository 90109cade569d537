"""How customers are graded A to D: a scoring model with dates, and every grading with its reason (CUS-03, CUS-04)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import CustomerClass, Grade, GradingState
from customers.models.customers import Customer, OwnershipQuerySet
from salesops.core.models import Record
from salesops.core.money import FractionField
from salesops.core.policies import ScopedQuerySet


class GradeModel(Record):
    """Factors, weights and thresholds in force from a day on; one model a day."""

    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to (last day)"), null=True, blank=True, editable=False)
    a_from = models.DecimalField(_("A from (points)"), max_digits=5, decimal_places=2, default=80)
    b_from = models.DecimalField(_("B from (points)"), max_digits=5, decimal_places=2, default=60)
    c_from = models.DecimalField(_("C from (points)"), max_digits=5, decimal_places=2, default=40)
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)

    objects = OwnershipQuerySet.as_manager()

    class Meta:
        ordering = ["-from_date", "pk"]
        verbose_name = _("scoring model")
        verbose_name_plural = _("scoring models")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="customers_grademodel_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(a_from__gt=F("b_from"), b_from__gt=F("c_from"), c_from__gt=0, a_from__lte=100),
                name="customers_grademodel_steps_in_order",
            ),
            ExclusionConstraint(
                name="customers_grademodel_one_a_day",
                expressions=[
                    (
                        Func(F("from_date"), F("to_date"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self) -> str:
        return _("Scoring from %(date)s") % {"date": self.from_date}

    def get_absolute_url(self) -> str:
        return reverse("customers:grademodel_detail", args=[self.pk])

    def grade_of(self, score: Decimal) -> str:
        """The grade of a score from 0 to 100."""
        steps = ((self.a_from, Grade.A), (self.b_from, Grade.B), (self.c_from, Grade.C))
        return next((grade for least, grade in steps if score >= least), Grade.D)


class GradeFactor(models.Model):
    """One factor of a model: its weight and from which value on it earns how many points (0 to 100)."""

    model = models.ForeignKey(GradeModel, models.CASCADE, related_name="factors")
    factor = models.CharField(_("factor"), max_length=60)
    weight = FractionField(verbose_name=_("weight"))
    steps = models.JSONField(_("points by value"))  # [["0", "0"], ["50000", "40"], …] in rising order

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["model_id", "-weight", "factor"]
        verbose_name = _("factor of a scoring model")
        verbose_name_plural = _("factors of scoring models")
        constraints = [
            models.UniqueConstraint(fields=["model", "factor"], name="customers_gradefactor_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=1), name="customers_gradefactor_weight_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.factor

    def points(self, value: Decimal) -> Decimal:
        """Points of a value: those of the highest step that it reaches, nothing below the first."""
        reached = [Decimal(points) for least, points in self.steps if value >= Decimal(least)]
        return reached[-1] if reached else Decimal(0)


class CustomerGrading(Record):
    """What was computed for a customer on a day, and what somebody decided about it. A decided one never changes."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="gradings", verbose_name=_("customer")
    )
    model = models.ForeignKey(
        GradeModel, models.PROTECT, related_name="gradings", verbose_name=_("scoring model")
    )
    graded_on = models.DateField(pgettext_lazy("grading", "computed on"))
    score = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    # [{"factor", "value" (null: nothing known), "points", "weight"}]; weights as they were shared out
    items: Any = models.JSONField(_("how it came about"))
    old_grade = models.CharField(_("grade until now"), max_length=1, choices=Grade, blank=True)
    old_class = models.CharField(_("class until now"), max_length=10, choices=CustomerClass, blank=True)
    proposed_grade = models.CharField(_("computed grade"), max_length=1, choices=Grade)
    proposed_class = models.CharField(_("computed class"), max_length=10, choices=CustomerClass)
    state = models.CharField(_("state"), max_length=10, choices=GradingState, default=GradingState.PROPOSED)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)
    customer_class = models.CharField(_("class"), max_length=10, choices=CustomerClass, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        ordering = ["-graded_on", "-pk"]
        verbose_name = _("grading")
        verbose_name_plural = _("gradings")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="proposed"), name="customers_customergrading_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "overridden"))
                | (~Q(grade="") & ~Q(customer_class="") & Q(decided_on__isnull=False)),
                name="customers_customergrading_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="overridden") | ~Q(reason=""),
                name="customers_customergrading_override_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-graded_on", "id"], name="customers_grading_state"),
            models.Index(fields=["customer", "-id"], name="customers_grading_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.proposed_grade}"

    def get_absolute_url(self) -> str:
        return reverse("customers:customergrading_detail", args=[self.pk])


def model_in_force(on: date) -> GradeModel | None:
    return GradeModel.objects.in_force(on).first()
