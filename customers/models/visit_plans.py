"""Month and week plans of visits: written, approved by the superior, carried out, looked back on (VIS-01)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import PlanSpan, VisitKind, VisitPlanState
from customers.models.customers import Customer
from customers.models.visits import Visit
from salesops.core.models import Record


def span_words(code: str) -> str:
    """The span of a plan as the reader says it; what is no code of a week is said as it is written."""
    year, _mark, week = code.partition("-W")
    if not (year.isdigit() and week.isdigit()):
        return code
    return gettext("Week %(week)s of %(year)s") % {"week": int(week), "year": year}


class VisitPlan(Record):
    """What one person means to visit in a month or a week. ``owner`` and ``team`` are those of its first day."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="visit_plans", verbose_name=_("person")
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("team"),
    )
    span = models.CharField(_("span"), max_length=5, choices=PlanSpan, default=PlanSpan.MONTH)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(pgettext_lazy("date", "to"), editable=False)
    state = models.CharField(
        _("state"), max_length=15, choices=VisitPlanState, default=VisitPlanState.DRAFT, editable=False
    )
    note = models.TextField(_("remarks"), blank=True)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    self_check = models.TextField(_("own look back"), blank=True, editable=False)
    review = models.TextField(_("what the superior says"), blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )

    class Meta:
        ordering = ["-from_date", "owner", "-pk"]
        verbose_name = _("visit plan")
        verbose_name_plural = _("visit plans")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "span", "from_date"], name="customers_visitplan_one_a_span"
            ),
            models.CheckConstraint(
                condition=Q(to_date__gt=F("from_date")), name="customers_visitplan_to_after_from"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned"]) | Q(submitted_at__isnull=False),
                name="customers_visitplan_handed_in_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="reviewed") | Q(reviewed_by__isnull=False),
                name="customers_visitplan_reviewed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["from_date", "id"], name="customers_visitplan_from"),
            models.Index(fields=["owner", "from_date"], name="customers_visitplan_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.period_text} · {self.owner}"

    @property
    def period_text(self) -> str:
        """``2026-11``, or the week in words."""
        return span_words(self.period_code)

    @property
    def period_code(self) -> str:
        """``2026-11``, or ``2026-W47`` for a week: the same in every language."""
        if self.span == PlanSpan.WEEK:
            year, week, _day = self.from_date.isocalendar()
            return f"{year}-W{week:02d}"
        return f"{self.from_date:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("customers:visitplan_detail", args=[self.pk])


class VisitPlanLine(models.Model):
    """One intended visit; when the plan is accepted it becomes ``visit``, which lines of other plans may be, too."""

    plan = models.ForeignKey(VisitPlan, models.CASCADE, related_name="lines", verbose_name=_("visit plan"))
    position = models.PositiveSmallIntegerField(_("position"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("customer"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=15, choices=VisitKind, default=VisitKind.VISIT)
    purpose = models.CharField(pgettext_lazy("visit", "purpose"), max_length=300)
    expected_result = models.CharField(_("expected result"), max_length=300, blank=True)
    planned_minutes = models.PositiveSmallIntegerField(
        pgettext_lazy("duration", "minutes"), null=True, blank=True
    )
    # The plan of the month and that of the week may both mean this visit.
    visit = models.ForeignKey(
        Visit,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="plan_lines",
        verbose_name=_("visit"),
    )

    class Meta:
        ordering = ["plan", "position", "pk"]
        verbose_name = _("line of a visit plan")
        verbose_name_plural = _("lines of visit plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="customers_visitplanline_position"),
            models.UniqueConstraint(
                fields=["plan", "customer", "date"], name="customers_visitplanline_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(planned_minutes__isnull=True) | Q(planned_minutes__range=(1, 1440)),
                name="customers_visitplanline_minutes_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.date:%Y-%m-%d}"
