"""Who sees requests and flows (requirements §H.1, §I).

A request is seen by those it concerns (applicant, whoever is or was asked, deputies on the day, readers of a
copy), also where its record lies outside their rows: they see the facts that were frozen for them. Besides,
access follows the record. Flows are part of the handbook: everybody reads them, administrators write them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from salesops.approvals.choices import DECIDING, RequestState
from salesops.approvals.models import (
    ApprovalFlow,
    ApprovalRequest,
    Ask,
    AskedPerson,
    Decision,
    FlowRoute,
    FlowStep,
    RequestCopy,
    RouteCondition,
    StepApprover,
)
from salesops.approvals.people import seats
from salesops.approvals.registry import hidden_from
from salesops.approvals.selectors import involved, may_share
from salesops.core.choices import Role
from salesops.core.policies import NOTHING, Level, Policy, register
from salesops.core.subjects import visible_subject, visible_subjects

EVERYBODY = " ".join(f"{role}:all:view" for role in Role.values if role != Role.ADMINISTRATOR)


def _here(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False) and user.is_active)


class RequestPolicy(Policy):
    """Those whom the request concerns, and those who may see its record."""

    owner_path, team_path = "applicant", None
    verbs = dict.fromkeys(
        ("decide", "withdraw", "edit_reason", "resubmit", "add_signer", "send_copy", "pass_up"), Level.VIEW
    )

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not _here(user):
            return NOTHING
        by_record = visible_subjects(user)
        if hidden := hidden_from(user):
            by_record &= ~Q(document_type__in=hidden)
        return involved(user, on=timezone.localdate()) | by_record

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if not _here(user) or verb in ("add", "edit", "delete", "approve"):
            return False
        if not isinstance(obj, ApprovalRequest) or obj.pk is None:
            return True
        concerned = ApprovalRequest.objects.filter(involved(user, on=timezone.localdate()), pk=obj.pk)
        if concerned.exists():
            return True
        if obj.document_type in hidden_from(user):
            return False
        return bool(visible_subject(user, obj.subject_type, obj.subject_id))

    def can_decide(self, user: Any, obj: ApprovalRequest | None) -> bool:
        if obj is None or not _here(user):
            return _here(user)
        return obj.state == RequestState.PENDING and bool(seats(user, obj, on=timezone.localdate()))

    can_add_signer = can_decide
    can_pass_up = can_decide

    def can_withdraw(self, user: Any, obj: ApprovalRequest | None) -> bool:
        if obj is None or not _here(user):
            return _here(user)
        mine = user.pk in (obj.applicant_id, obj.created_by_id)
        if not mine or not obj.is_open:
            return False
        undecided = not obj.decisions.filter(action__in=DECIDING).exists()
        return obj.state == RequestState.RETURNED or undecided

    can_edit_reason = can_withdraw

    def can_resubmit(self, user: Any, obj: ApprovalRequest | None) -> bool:
        if obj is None or not _here(user):
            return _here(user)
        return obj.state == RequestState.RETURNED and user.pk in (obj.applicant_id, obj.created_by_id)

    def can_send_copy(self, user: Any, obj: ApprovalRequest | None) -> bool:
        return _here(user) and (obj is None or may_share(user, obj))


class OfRequestPolicy(Policy):
    """Signatures, decisions and copies are seen with their request."""

    owner_path = team_path = None

    def __init__(self, path: str = "request") -> None:
        self.path = path

    def scope(self, user: Any, verb: str = "view") -> Q:
        if not _here(user) or self.level_of(verb) > Level.VIEW:
            return NOTHING
        rows = ApprovalRequest.objects.visible_to(user).order_by().values("pk")
        return Q(**{f"{self.path}__in": rows})

    def allows(self, user: Any, verb: str, obj: Model | None = None) -> bool:
        if not _here(user) or self.level_of(verb) > Level.VIEW:
            return False
        return obj is None or type(obj)._default_manager.filter(self.scope(user, verb), pk=obj.pk).exists()


class FlowPolicy(Policy):
    """Everybody reads the flows; administrators write and publish versions."""

    matrix = f"administrator:all:edit {EVERYBODY}"
    owner_path = team_path = None
    verbs = {"publish": Level.EDIT, "new_version": Level.EDIT, "simulate": Level.VIEW}

    def can_edit(self, user: Any, obj: Any) -> bool:
        """Only a draft changes: what was published is history."""
        flow = _flow_of(obj)
        return self.allows(user, "edit") and (flow is None or flow.is_draft)

    can_publish = can_edit
    can_delete = can_edit

    def can_new_version(self, user: Any, obj: Any) -> bool:
        return self.allows(user, "edit")


def _flow_of(obj: Any) -> ApprovalFlow | None:
    while obj is not None and not isinstance(obj, ApprovalFlow):
        obj = getattr(obj, "flow", None) or getattr(obj, "route", None) or getattr(obj, "step", None)
    return obj


def register_policies() -> None:
    register(ApprovalRequest, RequestPolicy())
    for model, path in ((Ask, "request"), (AskedPerson, "ask__request"), (Decision, "request")):
        register(model, OfRequestPolicy(path))
    register(RequestCopy, OfRequestPolicy())
    for model in (ApprovalFlow, FlowRoute, RouteCondition, FlowStep, StepApprover):
        register(model, FlowPolicy())
