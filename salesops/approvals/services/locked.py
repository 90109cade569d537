"""A request and its record under lock, and what is told to whoever comes second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.approvals.choices import ActionKind, AskState, RequestState
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson, Decision
from salesops.approvals.people import Seat, seats
from salesops.approvals.registry import DocumentType, document_types
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row


def locked(request: ApprovalRequest, *, version: int | None) -> tuple[ApprovalRequest, Model | None]:
    """The row as it is now, and the record it is about; ``Conflict`` when it moved since ``version``."""
    model = request.subject_model
    subject = (
        model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=request.subject_id).first()
        if model
        else None
    )
    row = lock_row(ApprovalRequest.objects.select_related("applicant", "team"), request.pk)
    if version is not None and row.version != version:
        raise told(row)
    if subject is not None:
        row.barred = sorted({*row.barred, *owners_of(row, subject)})
    return row, subject


def owners_of(request: ApprovalRequest, subject: Model | None) -> set[int]:
    """Whose own the matter is today: the applicant's, and of those who own the record by now."""
    kind = document_types.get(request.document_type)
    own = kind.own_people(subject) if kind and kind.own_people and subject is not None else ()
    return {request.applicant_id, *(pk for pk in own if pk)}


def told(request: ApprovalRequest) -> Conflict:
    """Who did what when, for the one who came second."""
    last = request.decisions.select_related("actor", "for_person").order_by("-pk").first()
    if last is None:
        return Conflict(_("This request has changed meanwhile."), way_out=_("Reload the page."))
    return Conflict(
        _("%(who)s %(act)s on %(time)s; this was not done.")
        % {
            "who": last.who,
            "act": last.get_action_display(),
            "time": date_format(timezone.localtime(last.at), "DATETIME_FORMAT"),
        },
        way_out=_("Reload the page to see where the request stands."),
    )


def require_state(request: ApprovalRequest, *states: RequestState) -> None:
    if request.state not in states:
        raise told(request)


def kind_of(request: ApprovalRequest) -> DocumentType:
    kind = document_types.get(request.document_type)
    if kind is None:
        raise InvalidInput(_("The program no longer has this kind of request."))
    return kind


def say_why(comment: str) -> str:
    text = comment.strip()
    if not text:
        raise InvalidInput(_("Say why."), field="comment")
    return text[:2000]


def write(
    request: ApprovalRequest,
    action: ActionKind,
    *,
    actor: User | None,
    at: datetime,
    subject: Model | None = None,
    ask: Ask | None = None,
    for_person: User | None = None,
    to_person: User | None = None,
    comment: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Decision:
    """The line in the request's history and in the timelines of the request and of its record."""
    line = Decision.objects.create(
        request=request,
        ask=ask,
        action=action,
        actor=actor,
        for_person=for_person,
        to_person=to_person,
        comment=comment.strip()[:2000],
        facts_hash=request.facts_hash,
        changes=dict(changes or {}),
        step=request.step,
        round=request.round,
        at=at,
    )
    data: dict[str, Any] = {"document_type": request.document_type, "title": request.title}
    if for_person is not None:
        data["for"] = for_person.name
    if to_person is not None:
        data["to"] = to_person.name
    verb = f"approvals.{action}" if for_person is None else f"approvals.{action}_for"
    record(verb, request, subject, actor=actor, at=at, data=data, comment=line.comment)
    return line


def move(request: ApprovalRequest, state: RequestState, *, at: datetime) -> None:
    """Write a new state (or the same with a new version)."""
    request.state = state
    request.version += 1
    if not request.is_open:
        request.decided_at = at
        request.asks.filter(state__in=[AskState.OPEN, AskState.LATER]).update(state=AskState.CLOSED)
    request.save()


def seat_of(actor: User, request: ApprovalRequest, *, at: datetime) -> Seat:
    """The signature that ``actor`` gives. Raises ``NotAllowed`` with the reason why not."""
    if actor.pk in request.barred:
        raise NotAllowed(_("Nobody decides on a request of one's own."), way_out=_who_decides(request, at=at))
    found = seats(actor, request, on=timezone.localdate(at))
    if not found:
        raise NotAllowed(_("You are not asked for this request now."), way_out=_who_decides(request, at=at))
    return found[0]


def _who_decides(request: ApprovalRequest, *, at: datetime) -> str:
    rows = AskedPerson.objects.filter(ask__request=request, ask__state=AskState.OPEN)
    asked = rows.standing(timezone.localdate(at)).select_related("person").order_by("ask", "pk")
    names = list(dict.fromkeys(str(row.person) for row in asked))
    if not names:
        return _("See the steps for who is asked.")
    return _("Asked now: %(people)s.") % {"people": ", ".join(names)}
