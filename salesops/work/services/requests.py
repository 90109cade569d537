"""Requests between departments: asked, taken, answered, accepted (COM-05, ORG-07)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import Membership, Team, User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.core.subjects import visible_subject
from salesops.notifications.services import notify
from salesops.work.choices import REQUEST_MOVES, REQUEST_WAITING, RequestState
from salesops.work.events import RequestAnswered
from salesops.work.models import DepartmentRequest

_LABELS = dict(RequestState.choices)
_ROWS = DepartmentRequest.objects.select_related("asked_by", "owner", "to_team", "from_team")
MOST_TOLD = 20


@transaction.atomic
def ask_department(
    *,
    actor: User,
    at: datetime,
    to_team: Team,
    title: str,
    due_at: datetime,
    ask: str = "",
    subject: Model | None = None,
) -> DepartmentRequest:
    """Ask another unit for something; it sees these words and the name of the record, not the record.

    Raises ``InvalidInput`` for a due time in the past, a closed unit or one's own group, ``NotAllowed`` for a
    record that the asker may not see.
    """
    team = team_on(actor, timezone.localdate(at))
    if not to_team.is_active:
        raise InvalidInput(_("This unit is closed."), field="to_team")
    if team is not None and to_team.pk == team.pk:
        raise InvalidInput(
            _("This is your own unit."), field="to_team", way_out=_("Give a colleague a task instead.")
        )
    if due_at <= at:
        raise InvalidInput(_("The answer is due in the future."), field="due_at")
    if not title.strip():
        raise InvalidInput(_("Say what you ask for."), field="title")
    kind = ContentType.objects.get_for_model(subject) if subject is not None else None
    if kind is not None and subject is not None and visible_subject(actor, kind, subject.pk) is None:
        raise NotAllowed(_("You may not see the record that the request is about."))
    row = DepartmentRequest.objects.create(
        title=title.strip(),
        ask=ask.strip(),
        to_team=to_team,
        from_team=team,
        asked_by=actor,
        created_by=actor,
        asked_at=at,
        due_at=due_at,
        subject_type=kind,
        subject_id=subject.pk if subject is not None else None,
        about=str(subject)[:200] if subject is not None else "",
    )
    record("work.request_asked", row, subject, actor=actor, at=at, data=_facts(row))
    _tell_unit(row, at=at)
    return row


@transaction.atomic
def take_request(*, actor: User, at: datetime, request: DepartmentRequest) -> DepartmentRequest:
    """Somebody of the asked unit takes it on; from then on one person is answerable for it."""
    row = _locked(request, actor, "answer")
    if row.owner_id == actor.pk and row.state == RequestState.TAKEN:
        raise Conflict(_("You have taken this request already."))
    REQUEST_MOVES.require(row.state, RequestState.TAKEN, labels=_LABELS)
    return _move(row, RequestState.TAKEN, "work.request_taken", actor=actor, at=at, owner=actor)


@transaction.atomic
def answer_request(
    *, actor: User, at: datetime, request: DepartmentRequest, answer: str
) -> DepartmentRequest:
    """Answer it; who asked is told and accepts the answer or sends it back. Publishes ``RequestAnswered``."""
    row = _locked(request, actor, "answer")
    _need(answer, "answer", _("Write the answer."))
    _move(
        row, RequestState.ANSWERED, "work.request_answered", actor=actor, at=at, comment=answer.strip(),
        owner=actor, answer=answer.strip(), answered_at=at,
    )  # fmt: skip
    _tell(row.asked_by, "work.request_answered", row, at=at)
    publish(RequestAnswered(row.pk, at))
    return row


@transaction.atomic
def decline_request(
    *, actor: User, at: datetime, request: DepartmentRequest, reason: str
) -> DepartmentRequest:
    """Say no, with the reason."""
    row = _locked(request, actor, "answer")
    _need(reason)
    _move(
        row, RequestState.DECLINED, "work.request_declined", actor=actor, at=at, comment=reason.strip(),
        owner=actor, answer=reason.strip(), answered_at=at,
    )  # fmt: skip
    _tell(row.asked_by, "work.request_declined", row, at=at)
    return row


@transaction.atomic
def accept_answer(*, actor: User, at: datetime, request: DepartmentRequest) -> DepartmentRequest:
    """Who asked closes it."""
    row = _locked(request, actor, "close")
    return _move(row, RequestState.CLOSED, "work.request_closed", actor=actor, at=at)


@transaction.atomic
def send_back(*, actor: User, at: datetime, request: DepartmentRequest, reason: str) -> DepartmentRequest:
    """The answer is not enough: back to who gave it, with the reason; the answer stays in the timeline."""
    row = _locked(request, actor, "close")
    _need(reason)
    if row.state != RequestState.ANSWERED:
        raise Conflict(_("There is no answer to send back."))
    _move(
        row, RequestState.TAKEN, "work.request_sent_back", actor=actor, at=at, comment=reason.strip(),
        answered_at=None,
    )  # fmt: skip
    if row.owner is not None:
        _tell(row.owner, "work.request_sent_back", row, at=at)
    return row


@transaction.atomic
def ask_again(
    *,
    actor: User,
    at: datetime,
    request: DepartmentRequest,
    reason: str,
    due_at: datetime,
) -> DepartmentRequest:
    """Ask a declined request once more, with what is new about it and a new day."""
    row = _locked(request, actor, "close")
    _need(reason)
    if due_at <= at:
        raise InvalidInput(_("The answer is due in the future."), field="due_at")
    _move(
        row, RequestState.NEW, "work.request_asked_again", actor=actor, at=at, comment=reason.strip(),
        owner=None, answer="", answered_at=None, due_at=due_at,
    )  # fmt: skip
    _tell_unit(row, at=at)
    return row


@transaction.atomic
def withdraw_request(
    *, actor: User, at: datetime, request: DepartmentRequest, reason: str
) -> DepartmentRequest:
    """Who asked does not need it any more."""
    row = _locked(request, actor, "withdraw")
    _need(reason)
    owner = row.owner
    _move(row, RequestState.CANCELLED, "work.request_withdrawn", actor=actor, at=at, comment=reason.strip())
    if owner is not None:
        _tell(owner, "work.request_withdrawn", row, at=at)
    return row


@transaction.atomic
def end_request_along(*, actor: User, at: datetime, request: DepartmentRequest, reason: str) -> bool:
    """The record that a request is about was called off by who may: nobody needs the answer any more. Did it end?"""
    row = lock_row(_ROWS, request.pk)
    if row.state not in (*REQUEST_WAITING, RequestState.DECLINED):
        return False
    told = [row.owner] if row.owner is not None else receivers(row, at=at)
    _move(row, RequestState.CANCELLED, "work.request_withdrawn", actor=actor, at=at, comment=reason)
    for person in told:
        if person.pk != actor.pk:
            _tell(person, "work.request_withdrawn", row, at=at)
    return True


@transaction.atomic
def move_request_along(
    *, actor: User, at: datetime, request: DepartmentRequest, due_at: datetime, ask: str
) -> bool:
    """The record that a request is about has moved: the answer is due with it. Did it move?"""
    row = lock_row(_ROWS, request.pk)
    if row.state not in REQUEST_WAITING:
        return False
    row.due_at, row.ask = due_at, ask.strip()
    row.version += 1
    row.save()
    record("work.request_moved", row, row.subject, actor=actor, at=at, data=_facts(row))
    for person in [row.owner] if row.owner is not None else receivers(row, at=at):
        if person.pk != actor.pk:
            _tell(person, "work.request_moved", row, at=at)
    return True


def _locked(request: DepartmentRequest, actor: User, verb: str) -> DepartmentRequest:
    row = lock_row(_ROWS, request.pk)
    if not can(actor, verb, row):
        raise NotAllowed(
            _("The asked unit answers a request; who asked accepts the answer."),
            way_out=_("Ask the person named in the request."),
            release=AskOffer(
                _("Please look at the request: %(title)s") % {"title": row.title},
                people=(row.owner, row.asked_by),
                subject=row,
            ),
        )
    return row


def _move(
    row: DepartmentRequest,
    state: str,
    verb: str,
    *,
    actor: User,
    at: datetime,
    comment: str = "",
    **values: Any,
) -> DepartmentRequest:
    REQUEST_MOVES.require(row.state, state, labels=_LABELS)
    for name, value in values.items():
        setattr(row, name, value)
    row.state = state
    row.version += 1
    row.save()
    record(verb, row, row.subject, actor=actor, at=at, data=_facts(row), comment=comment)
    return row


def _need(text: str, field: str = "reason", sentence: Any = None) -> None:
    if not text.strip():
        raise InvalidInput(sentence or _("Give the reason."), field=field)


def _facts(row: DepartmentRequest) -> dict[str, Any]:
    return {
        "title": row.title,
        "to_team": str(row.to_team),
        "asked_by": str(row.asked_by),
        "due_date": timezone.localdate(row.due_at).isoformat(),
    }


def receivers(row: DepartmentRequest, *, at: datetime) -> list[User]:
    """Who is told of a request that nobody has taken: the head of the unit, else its people."""
    if row.to_team.head is not None and row.to_team.head.is_active:
        return [row.to_team.head]
    units = Team.objects.filter(path__startswith=row.to_team.path)
    members = Membership.objects.in_force(timezone.localdate(at)).filter(team__in=units).values("user")
    return list(User.objects.filter(pk__in=members, is_active=True).order_by("pk")[:MOST_TOLD])


def _tell_unit(row: DepartmentRequest, *, at: datetime) -> None:
    for person in receivers(row, at=at):
        if person.pk != row.asked_by_id:
            _tell(person, "work.request_asked", row, at=at)


def _tell(person: User, kind: str, row: DepartmentRequest, *, at: datetime) -> None:
    notify(person, kind, f"{kind}:{row.pk}:{row.version}", _facts(row), row.get_absolute_url(), at=at)
