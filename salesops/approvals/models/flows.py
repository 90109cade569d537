"""Flows as data: versions with effective dates, routes with conditions, steps with approvers."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from salesops.approvals.choices import (
    ApproverKind,
    OnMissing,
    Operator,
    Repeated,
    RoleScope,
    StepMode,
    TimeUnit,
)
from salesops.approvals.registry import document_types, type_label
from salesops.core.choices import Role
from salesops.core.models import Record
from salesops.core.policies import ScopedQuerySet


class FlowQuerySet(ScopedQuerySet):
    def in_force(self, document_type: str, on: date) -> ApprovalFlow | None:
        """The version of a document type that holds on a day."""
        rows = self.filter(document_type=document_type, published_at__isnull=False, from_date__lte=on)
        return rows.order_by("-from_date", "-number").first()


class ApprovalFlow(Record):
    """One version of the flow of a document type, in force from a day until the next version's day.

    A draft has not been published and is the only one that changes; what runs keeps the version it began with.
    """

    document_type = models.CharField(_("document type"), max_length=60)
    number = models.PositiveIntegerField(_("version"))
    from_date = models.DateField(_("in force from"))
    note = models.CharField(_("what this version changes"), max_length=300, blank=True)
    repeated = models.CharField(
        _("who has approved already"), max_length=10, choices=Repeated, default=Repeated.COUNTS
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = FlowQuerySet.as_manager()

    class Meta:
        ordering = ["document_type", "-number"]
        verbose_name = _("approval flow")
        verbose_name_plural = _("approval flows")
        constraints = [
            models.UniqueConstraint(
                fields=["document_type", "number"], name="approvals_approvalflow_version_once"
            ),
            models.UniqueConstraint(
                fields=["document_type", "from_date"],
                condition=Q(published_at__isnull=False),
                name="approvals_approvalflow_one_from_a_day",
            ),
            models.UniqueConstraint(
                fields=["document_type"],
                condition=Q(published_at__isnull=True),
                name="approvals_approvalflow_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return _("%(kind)s, version %(number)s") % {"kind": self.type_label, "number": self.number}

    @property
    def type_label(self) -> str:
        return type_label(self.document_type)

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class FlowRoute(models.Model):
    """One way through: it is taken when all its conditions hold, the first that fits wins."""

    flow = models.ForeignKey(ApprovalFlow, models.CASCADE, related_name="routes")
    position = models.PositiveIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=120)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["flow_id", "position", "pk"]
        verbose_name = _("route")
        verbose_name_plural = _("routes")

    def __str__(self) -> str:
        return gettext(self.name)  # names that the first flows bring along are known to the catalogues


class RouteCondition(models.Model):
    """A fact, an operator and a value; the value may be a rule of the handbook, read on the request's day."""

    route = models.ForeignKey(FlowRoute, models.CASCADE, related_name="conditions")
    field = models.CharField(_("fact"), max_length=40)
    operator = models.CharField(_("comparison"), max_length=5, choices=Operator)
    value = models.CharField(_("value"), max_length=200, blank=True)
    rule = models.CharField(_("rule of the handbook"), max_length=100, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["route_id", "pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        constraints = [
            models.CheckConstraint(
                condition=Q(operator__in=[Operator.YES, Operator.NO]) | ~Q(value="") | ~Q(rule=""),
                name="approvals_routecondition_has_value",
            )
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.field_label, self.get_operator_display(), self.value) if part)

    @property
    def field_label(self) -> str:
        kind = document_types.get(self.route.flow.document_type)
        return str(kind.labels.get(self.field, self.field)) if kind else self.field


class FlowStep(models.Model):
    """One step: who signs and how, by when, and what happens when nobody can be asked."""

    route = models.ForeignKey(FlowRoute, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=120)
    mode = models.CharField(_("signed by"), max_length=12, choices=StepMode, default=StepMode.SEQUENCE)
    remind_after = models.PositiveIntegerField(_("remind after"), default=8)
    deadline = models.PositiveIntegerField(_("deadline"), default=24)
    unit = models.CharField(_("counted in"), max_length=6, choices=TimeUnit, default=TimeUnit.HOURS)
    on_missing = models.CharField(
        _("when nobody can be asked"), max_length=8, choices=OnMissing, default=OnMissing.UP
    )
    fallback_role = models.CharField(_("role asked instead"), max_length=20, choices=Role, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["route_id", "position", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=Q(remind_after__lte=F("deadline")), name="approvals_flowstep_remind_before_deadline"
            ),
            models.CheckConstraint(
                condition=~Q(on_missing=OnMissing.ROLE) | ~Q(fallback_role=""),
                name="approvals_flowstep_fallback_named",
            ),
        ]

    def __str__(self) -> str:
        return gettext(self.name)


class StepApprover(models.Model):
    """One signature of a step: whoever the line names; any one of several holders may give it."""

    step = models.ForeignKey(FlowStep, models.CASCADE, related_name="approvers")
    position = models.PositiveIntegerField(default=1)
    kind = models.CharField(_("who"), max_length=16, choices=ApproverKind)
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    scope = models.CharField(_("which holders"), max_length=8, choices=RoleScope, default=RoleScope.REACH)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["step_id", "position", "pk"]
        verbose_name = _("approver")
        verbose_name_plural = _("approvers")
        constraints = [
            models.CheckConstraint(
                condition=(~Q(kind=ApproverKind.ROLE) | ~Q(role=""))
                & (~Q(kind=ApproverKind.PERSON) | Q(person__isnull=False)),
                name="approvals_stepapprover_named",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=9), name="approvals_stepapprover_level"
            ),
        ]

    def __str__(self) -> str:
        return str(self.label)

    @property
    def label(self) -> str:
        """Who signs, in words."""
        if self.kind == ApproverKind.ROLE:
            return str(self.get_role_display())
        if self.kind == ApproverKind.PERSON:
            return str(self.person)
        if self.kind == ApproverKind.SUPERIOR and self.level > 1:
            return _("Superior of the applicant, level %(level)s") % {"level": self.level}
        return str(self.get_kind_display())
