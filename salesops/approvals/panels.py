"""What this room hangs into the frame: inbox, workbench card, panel on every record, refusals with a request."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.delegations import own_limit
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.authority import does, signed_by
from salesops.approvals.choices import OPEN_STATES, RequestState
from salesops.approvals.models import ApprovalFlow, ApprovalRequest
from salesops.approvals.offers import PassUpOffer
from salesops.approvals.people import Case, asked_for
from salesops.approvals.registry import document_types, hidden_from
from salesops.approvals.routing import look_at
from salesops.approvals.selectors import open_request, waiting_for
from salesops.approvals.showing import brief_data, change_lines, in_brief
from salesops.audit import tracking
from salesops.core.errors import ReleaseOffer
from salesops.core.policies import can
from salesops.core.questions import Question
from salesops.ui.registries import (
    MenuItem,
    Panel,
    WorkbenchCard,
    menu,
    panels,
    releases,
    side_by_side,
    stylesheets,
    tones,
    workbench_cards,
)


def waiting_card(request: Any) -> dict[str, Any] | None:
    """What waits for the reader's decision, oldest first; hidden when nothing does."""
    rows = list(waiting_for(request.user, on=timezone.localdate()).select_related("applicant")[:7])
    lines = [(row, in_brief(brief_data(row))) for row in rows[:6]]
    return {"rows": lines, "more": len(rows) > 6} if rows else None


def _last_about(hidden: tuple[str, ...], *, kind: int, key: int) -> Any:
    about = ApprovalRequest.objects.filter(subject_type=kind, subject_id=key)
    rows = about.exclude(document_type__in=hidden).select_related("applicant")
    return rows.order_by("-requested_at", "-pk")[:5]


_last = Question(_last_about)


def requests_about(request: Any, obj: Any) -> dict[str, Any] | None:
    """Requests about a record: open ones with what waits, and the last that were decided."""
    kind = ContentType.objects.get_for_model(obj, for_concrete_model=True).pk
    rows = _last(tuple(hidden_from(request.user)), kind=kind, key=obj.pk)
    if not rows:
        return None
    lines = [
        {"row": row, "changes": change_lines(row, request.user) if row.state in OPEN_STATES else []}
        for row in rows
    ]
    return {"lines": lines}


def read_release(offer: ReleaseOffer, user: Any) -> dict[str, Any]:
    """Who can lift a refusal, and where it is asked for; the open request when there is one already."""
    kind = document_types.get(offer.document_type)
    if kind is None or offer.subject is None:
        return {}
    existing = open_request(offer.subject, kind.key)
    if existing is not None:
        url = reverse("approvals:approvalrequest_detail", args=[existing.pk])
        return {"label": _("Open the request"), "url": url, "who": []}
    who = who_first(kind, offer.subject)
    if not can(user, kind.may_request, offer.subject):
        return {"who": who}
    return {
        "label": _("Ask for approval"),
        "url": reverse("approvals:approvalrequest_ask", args=[kind.key, offer.subject.pk]),
        "who": who,
    }


def read_pass_up(offer: PassUpOffer, user: Any) -> dict[str, Any]:
    """A decision beyond the limit: the act that passes the request to the superior."""
    url = reverse("approvals:approvalrequest_pass_up", args=[offer.request.pk])
    return {"label": _("Pass to the superior"), "url": url, "who": [str(offer.superior)]}


def who_first(kind: Any, obj: Any) -> list[str]:
    """Names of those who would be asked at each step, in order."""
    now = timezone.now()
    matter = look_at(kind, obj, at=now)
    if matter.route is None:
        return []
    applicant = kind.applicant(obj) if kind.applicant else None
    if applicant is None:
        return [str(a) for step in matter.route.steps.all() for a in step.approvers.all()]
    own = frozenset({applicant.pk, *(pk for pk in (kind.own_people(obj) if kind.own_people else ()) if pk)})
    team = (kind.team(obj) if kind.team else None) or team_on(applicant, matter.on)
    case = Case(kind.key, applicant, team, own, matter.on, matter.tested)
    names = []
    for step in matter.route.steps.prefetch_related("approvers__person"):
        for approver in step.approvers.all():
            people = [str(p) for p, _via in asked_for(approver, case)]
            names.append(f"{approver} ({', '.join(people)})" if people else str(approver))
    return names


def authority_of(request: Any, person: User) -> dict[str, Any] | None:
    """What a person does and decides in the processes, with the own limit and since when (ORG-04)."""
    today = timezone.localdate()
    signs, steps = signed_by(person, on=today), does(person, on=today)
    if not person.is_active or not (signs or steps):
        return None
    return {"signs": signs, "does": steps, "limit": own_limit(person, on=today)}


def register() -> None:
    where = "approvals/"
    menu.register(
        "approvals.requests",
        MenuItem(
            "workbench",
            _("Approvals"),
            "approvals:approvalrequest_list",
            ApprovalRequest,
            order=20,
            icon="check",
        ),
    )
    menu.register(
        "approvals.flows",
        MenuItem(
            "administration",
            _("Approval flows"),
            "approvals:approvalflow_list",
            ApprovalFlow,
            roles=("administrator", "gm", "manager", "finance", "auditor"),
            order=25,
        ),
    )
    menu.register(
        "approvals.authority",
        MenuItem(
            "administration",
            _("Duties and authority"),
            "approvals:authority",
            roles=("administrator", "hr", "gm", "manager", "finance", "auditor"),
            order=26,
        ),
    )
    side_by_side("approvals.flows", "approvals.authority")
    panels.register(
        "approvals.authority",
        Panel(
            User, _("In the processes"), f"{where}panel_authority.html", authority_of, order=22, later=True
        ),
    )
    workbench_cards.register(
        "approvals.waiting",
        WorkbenchCard(
            _("Waiting for my decision"), f"{where}card_waiting.html", waiting_card, order=4, wide=True
        ),
    )
    panels.register(
        "approvals.requests", Panel("*", _("Approvals"), f"{where}panel.html", requests_about, order=5)
    )
    stylesheets.register("approvals", "css/approvals.css")
    releases.readers[ReleaseOffer] = read_release
    releases.readers[PassUpOffer] = read_pass_up
    tones.register(
        ApprovalRequest,
        {
            RequestState.PENDING: "attention",
            RequestState.RETURNED: "attention",
            RequestState.APPROVED: "good",
            RequestState.REJECTED: "bad",
        },
    )
    tracking.leave_out(ApprovalRequest, "facts_hash", reason="computed from the facts")
