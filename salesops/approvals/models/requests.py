"""A request for approval, whom it asks, and what they decided."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.accounts.models import RoleGrant
from salesops.approvals.choices import ActionKind, ApproverKind, AskState, RequestState
from salesops.approvals.models.flows import ApprovalFlow, FlowRoute, FlowStep
from salesops.approvals.registry import type_label
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet
from salesops.core.subjects import AboutRecord, SubjectQuerySet


class ApprovalRequest(Record, AboutRecord):
    """One request about one record. ``facts`` are frozen as they were shown to those who decide.

    ``barred`` are people who may not decide, because it is theirs: the applicant, who handed it in, and whoever
    owns the record, also who came to own it while the request ran.
    ``payload`` carries what waits until the approval (new values of fields, a receipt as typed).
    """

    document_type = models.CharField(_("kind"), max_length=60, editable=False)
    title = models.CharField(_("matter"), max_length=200, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.PENDING, editable=False
    )
    flow = models.ForeignKey(ApprovalFlow, models.PROTECT, related_name="requests", editable=False)
    route = models.ForeignKey(FlowRoute, models.PROTECT, related_name="+", editable=False)
    step = models.PositiveIntegerField(default=1, editable=False)
    round = models.PositiveIntegerField(default=1, editable=False)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="approval_requests",
        editable=False,
        verbose_name=_("applicant"),
    )
    team = models.ForeignKey(
        "accounts.Team", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    barred = models.JSONField(default=list, editable=False)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    requested_at = models.DateTimeField(_("requested"), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    facts_hash = models.CharField(max_length=64, editable=False)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    counted = models.JSONField(
        default=list, encoder=DjangoJSONEncoder, editable=False
    )  # see registry.Counted
    amount = MoneyField(verbose_name=_("amount"), null=True, blank=True, editable=False)
    tested_amount = MoneyField(verbose_name=_("amount tested"), null=True, blank=True, editable=False)
    customer_id = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        constraints = [
            models.UniqueConstraint(
                fields=["document_type", "subject_type", "subject_id"],
                condition=Q(state__in=["pending", "returned"]),
                name="approvals_approvalrequest_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "returned"]) | Q(decided_at__isnull=False),
                name="approvals_approvalrequest_decided_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="approvals_by_subject"),
            models.Index(fields=["applicant", "-requested_at"], name="approvals_by_applicant"),
            models.Index(fields=["state", "-requested_at"], name="approvals_by_state"),
            models.Index(fields=["-requested_at", "-id"], name="approvals_by_time"),
            models.Index(
                fields=["document_type", "customer_id", "requested_at"], name="approvals_by_customer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_label}: {self.title}"

    @property
    def type_label(self) -> str:
        return type_label(self.document_type)

    @property
    def is_open(self) -> bool:
        return self.state in (RequestState.PENDING, RequestState.RETURNED)

    @property
    def subject_model(self) -> type[models.Model] | None:
        return ContentType.objects.get_for_id(self.subject_type_id).model_class()


class Ask(models.Model):
    """One signature that the request waits for, or got."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="asks")
    flow_step = models.ForeignKey(FlowStep, models.PROTECT, null=True, blank=True, related_name="+")
    step = models.PositiveIntegerField()
    round = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=1)
    label = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=AskState, default=AskState.LATER)
    since = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["request_id", "round", "step", "position", "pk"]
        verbose_name = _("signature asked for")
        verbose_name_plural = _("signatures asked for")
        indexes = [
            models.Index(fields=["request", "state"], name="approvals_ask_by_state"),
            models.Index(fields=["remind_at"], condition=Q(state="open"), name="approvals_ask_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.step}"


class AskedQuerySet(ScopedQuerySet):
    def standing(self, on: date) -> AskedQuerySet:
        """Who is still what the flow asked for: a role that has ended signs nothing and is told of nothing."""
        role = KeyTextTransform("role", OuterRef("ask__label"))
        held = RoleGrant.objects.in_force(on).filter(user=OuterRef("person")).annotate(asked=role)
        other = ~Q(via=AskedPerson.Via.FLOW) | Q(ask__label__kind__isnull=True)
        other |= ~Q(ask__label__kind=ApproverKind.ROLE)
        return self.filter(other | Exists(held.filter(role=F("asked"))))


class AskedPerson(models.Model):
    """A person who may give the signature; deputies are found on the day, not written here."""

    class Via(models.TextChoices):
        FLOW = "flow", _("by the flow")
        LEVEL_UP = "level_up", _("one level up")
        ESCALATED = "escalated", _("after the deadline")
        ADDED = "added", pgettext_lazy("signature", "added")

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="people")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    via = models.CharField(max_length=10, choices=Via, default=Via.FLOW)

    objects = AskedQuerySet.as_manager()

    class Meta:
        ordering = ["ask_id", "pk"]
        verbose_name = _("person asked")
        verbose_name_plural = _("people asked")
        constraints = [
            models.UniqueConstraint(fields=["ask", "person"], name="approvals_askedperson_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Decision(models.Model):
    """What somebody did to a request, and for whom; written once, never changed."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="decisions")
    ask = models.ForeignKey(Ask, models.PROTECT, null=True, blank=True, related_name="decisions")
    action = models.CharField(max_length=12, choices=ActionKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    for_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.TextField(blank=True)
    facts_hash = models.CharField(max_length=64, blank=True)  # of the facts that were decided on
    changes = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder
    )  # handed in again: fact -> before, after
    step = models.PositiveIntegerField(default=1)
    round = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["request_id", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(action__in=["returned", "rejected"]) | ~Q(comment=""),
                name="approvals_decision_says_why",
            ),
            models.CheckConstraint(
                condition=Q(for_person__isnull=True) | ~Q(for_person=models.F("actor")),
                name="approvals_decision_for_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.action}"

    @property
    def who(self) -> str:
        """“A for B” when a deputy decided."""
        if self.actor is None:
            return str(_("The system"))
        if self.for_person is None:
            return str(self.actor)
        return _("%(deputy)s for %(person)s") % {"deputy": self.actor, "person": self.for_person}


class RequestCopy(models.Model):
    """A copy for somebody's information."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="copies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["request_id", "pk"]
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        constraints = [
            models.UniqueConstraint(fields=["request", "person"], name="approvals_requestcopy_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)
