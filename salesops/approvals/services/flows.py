"""Versions of flows: draft, change, publish. What was published is history and never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.approvals.choices import ApproverKind
from salesops.approvals.models import ApprovalFlow, FlowRoute, FlowStep, RouteCondition, StepApprover
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.registry import rules


@transaction.atomic
def new_version(*, actor: User, at: datetime, flow: ApprovalFlow) -> ApprovalFlow:
    """A draft that begins as a copy of ``flow``. Raises ``Conflict`` when the kind has a draft already."""
    _require(actor)
    last = ApprovalFlow.objects.filter(document_type=flow.document_type).aggregate(n=Max("number"))["n"] or 0
    draft = ApprovalFlow(
        document_type=flow.document_type,
        number=last + 1,
        from_date=timezone.localdate(at),
        repeated=flow.repeated,
        created_by=actor,
    )
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Conflict(
            _("This kind has a draft already."), way_out=_("Publish or discard that draft first.")
        ) from None
    for route in flow.routes.prefetch_related("conditions", "steps__approvers"):
        _copy_route(route, draft)
    _write("flow_drafted", draft, actor=actor, at=at)
    return draft


def _copy_route(route: FlowRoute, draft: ApprovalFlow) -> None:
    copy = FlowRoute.objects.create(flow=draft, position=route.position, name=route.name)
    for condition in route.conditions.all():
        condition.pk, condition.route, condition._state.adding = None, copy, True
        condition.save()
    for step in route.steps.all():
        approvers = list(step.approvers.all())
        step.pk, step.route, step._state.adding = None, copy, True
        step.save()
        for approver in approvers:
            approver.pk, approver.step, approver._state.adding = None, step, True
            approver.save()


@transaction.atomic
def edit_flow(
    *, actor: User, at: datetime, flow: ApprovalFlow, from_date: date, repeated: str, note: str = ""
) -> ApprovalFlow:
    """Since when a draft will hold, and what it says about people who have approved already."""
    draft = _draft(flow, actor=actor)
    draft.from_date, draft.repeated, draft.note = from_date, repeated, note.strip()[:300]
    draft.save()
    _write("flow_changed", draft, actor=actor, at=at)
    return draft


@transaction.atomic
def save_route(
    *,
    actor: User,
    at: datetime,
    flow: ApprovalFlow,
    name: str,
    position: int,
    conditions: Iterable[Mapping[str, Any]],
    route: FlowRoute | None = None,
) -> FlowRoute:
    """Add a route to a draft or change one; the conditions given replace those before."""
    draft = _draft(flow, actor=actor)
    route = route or FlowRoute(flow=draft)
    route.name, route.position = name.strip(), position
    route.save()
    route.conditions.all().delete()
    for line in conditions:
        if line.get("rule") and line["rule"] not in rules:
            raise InvalidInput(
                _("The handbook has no rule “%(key)s”.") % {"key": line["rule"]}, field="lines"
            )
        RouteCondition.objects.create(route=route, **line)
    _write("flow_changed", draft, actor=actor, at=at)
    return route


@transaction.atomic
def save_step(
    *,
    actor: User,
    at: datetime,
    route: FlowRoute,
    approvers: Iterable[Mapping[str, Any]],
    step: FlowStep | None = None,
    **fields: Any,
) -> FlowStep:
    """Add a step to a route of a draft or change one; the approvers given replace those before."""
    draft = _draft(route.flow, actor=actor)
    if fields["remind_after"] > fields["deadline"]:
        raise InvalidInput(_("The reminder comes before the deadline."), field="remind_after")
    if fields["on_missing"] == "role" and not fields["fallback_role"]:
        raise InvalidInput(_("Name the role that is asked instead."), field="fallback_role")
    step = step or FlowStep(route=route)
    for name, value in fields.items():
        setattr(step, name, value)
    step.save()
    step.approvers.all().delete()
    rows = list(approvers)
    if not rows:
        raise InvalidInput(_("Say who signs this step."))
    for position, line in enumerate(rows, 1):
        if line["kind"] == ApproverKind.ROLE and not line.get("role"):
            raise InvalidInput(_("Name the role."), field="lines")
        if line["kind"] == ApproverKind.PERSON and not line.get("person"):
            raise InvalidInput(_("Name the person."), field="lines")
        StepApprover.objects.create(step=step, position=position, **line)
    _write("flow_changed", draft, actor=actor, at=at)
    return step


@transaction.atomic
def remove_route(*, actor: User, at: datetime, route: FlowRoute) -> None:
    draft = _draft(route.flow, actor=actor)
    route.delete()
    _write("flow_changed", draft, actor=actor, at=at)


@transaction.atomic
def remove_step(*, actor: User, at: datetime, step: FlowStep) -> None:
    draft = _draft(step.route.flow, actor=actor)
    step.delete()
    _write("flow_changed", draft, actor=actor, at=at)


@transaction.atomic
def publish_flow(*, actor: User, at: datetime, flow: ApprovalFlow) -> ApprovalFlow:
    """From its day on the draft is the flow; requests that run keep theirs. Days that are over are refused."""
    draft = _draft(flow, actor=actor)
    if draft.from_date < timezone.localdate(at):
        raise InvalidInput(
            _("A flow cannot change for a day that is over."),
            way_out=_("Choose today or a later day: history is not rewritten."),
        )
    for route in draft.routes.all():
        if not route.steps.filter(approvers__isnull=False).exists():
            raise InvalidInput(_("The route “%(route)s” asks nobody.") % {"route": route})
    draft.published_at, draft.published_by = at, actor
    draft.version += 1
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Conflict(
            _("Another version begins on this day already."), way_out=_("Choose another day.")
        ) from None
    _write("flow_published", draft, actor=actor, at=at)
    return draft


@transaction.atomic
def discard_flow(*, actor: User, at: datetime, flow: ApprovalFlow) -> None:
    """Throw a draft away."""
    draft = _draft(flow, actor=actor)
    _write("flow_discarded", draft, actor=actor, at=at)
    draft.delete()


def _require(actor: User) -> None:
    if not can(actor, "new_version", ApprovalFlow):
        raise NotAllowed(
            _("Only administrators change flows."),
            way_out=_("Ask an administrator."),
            release=AskOffer(_("Please change a flow of approvals"), roles=(Role.ADMINISTRATOR,)),
        )


def _draft(flow: ApprovalFlow, *, actor: User) -> ApprovalFlow:
    _require(actor)
    row = lock_row(ApprovalFlow.objects.all(), flow.pk)
    if not row.is_draft:
        raise Conflict(
            _("This version is published and does not change any more."), way_out=_("Begin a new version.")
        )
    return row


def _write(verb: str, flow: ApprovalFlow, *, actor: User, at: datetime) -> None:
    data = {"document_type": flow.document_type, "version": flow.number, "from_date": flow.from_date}
    record(f"approvals.{verb}", flow, actor=actor, at=at, data=data)
