"""The whole record of a visit in one act: words, checklist, check-in, photos, task; written once (VIS-01, VIS-04)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices import IN_PERSON, VisitState
from customers.events import VisitReported
from customers.models import Visit
from customers.services.checkins import CLOCK_SLACK, Position, add_photos, check_in, clock_error
from customers.services.checklists import write_answers
from customers.services.visits import log_visit
from salesops.accounts.models import User
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import advisory_lock
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.work.models import Task
from salesops.work.services import create_task


@dataclass(frozen=True)
class NewTask:
    """A task raised from the visit."""

    title: str
    owner: User
    due_at: datetime


@dataclass(frozen=True)
class Report:
    """What is written down besides the fields of ``log_visit``."""

    outcome: str = ""
    feedback: str = ""
    competitor_facts: str = ""
    product_wishes: str = ""
    unplanned_reason: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    photos: Sequence[Any] = ()
    task: NewTask | None = None
    # With ``arrived`` the report checks in, too; ``position`` is ``None`` where the device gave none.
    arrived: bool = False
    position: Position | None = None
    place_reason: str = ""
    captured_at: datetime | None = None
    # What the clock of the device says at the moment of sending.
    device_at: datetime | None = None


@transaction.atomic
def report_visit(
    *,
    actor: User,
    at: datetime,
    visited_at: datetime,
    report: Report,
    client_key: uuid.UUID | None = None,
    visit: Visit | None = None,
    **words: Any,
) -> Visit:
    """Log a visit with all that belongs to it, or nothing of it. The same ``client_key`` writes one visit.

    ``words`` are the arguments of ``log_visit``. Raises what its parts raise, ``Conflict`` for a key of
    somebody else.
    """
    if client_key is not None:
        advisory_lock(f"visit {client_key}")
        sent = Visit.objects.filter(client_key=client_key).first()
        if sent is not None:
            return _sent_before(sent, actor, words.get("result", ""))
    visited_at = _right_time(visited_at, report.device_at, at)
    done = log_visit(actor=actor, at=at, visited_at=visited_at, visit=visit, **words)
    _check_reason(done, report, at)
    for name in ("outcome", "feedback", "competitor_facts", "product_wishes", "unplanned_reason"):
        setattr(done, name, getattr(report, name).strip())
    done.client_key = client_key
    done.save(
        update_fields=[
            "outcome", "feedback", "competitor_facts", "product_wishes", "unplanned_reason", "client_key", "updated_at",
        ]
    )  # fmt: skip
    write_answers(done, report.answers)
    if report.arrived:
        check_in(
            actor=actor,
            at=at,
            visit=done,
            position=report.position,
            reason=report.place_reason,
            captured_at=report.captured_at,
            device_at=report.device_at,
        )
    if report.task is not None:
        create_task(
            actor=actor,
            at=at,
            title=report.task.title,
            owner=report.task.owner,
            due_at=report.task.due_at,
            subject=done,
        )
    add_photos(actor=actor, at=at, visit=done, photos=report.photos)
    publish(VisitReported(done.pk, done.customer_id, at))
    return done


@transaction.atomic
def raise_complaint(
    *,
    actor: User,
    at: datetime,
    visit: Visit,
    described: str,
    owner: User,
    due_at: datetime,
    urgent: bool = False,
) -> Task:
    """What the customer complained about at a visit that took place, given to one person with a day (VIS-04)."""
    if not can(actor, "edit", visit):
        raise NotAllowed(_("Only who makes the visit, or the team above, may change it."))
    if visit.state != VisitState.DONE:
        raise Conflict(_("This visit has not taken place."), way_out=_("Log it first."))
    title = gettext("Complaint: %(customer)s") % {"customer": visit.customer}
    return create_task(
        actor=actor,
        at=at,
        title=title[:200],
        requirement=described.strip(),
        owner=owner,
        due_at=due_at,
        is_key=urgent,
        subject=visit,
        cause=f"complaint:{visit.pk}:{uuid.uuid4()}",
    )


def _right_time(visited_at: datetime, device_at: datetime | None, at: datetime) -> datetime:
    """The time of a visit by the right clock: a phone's is never exact, and sometimes days ahead."""
    if visited_at > at + CLOCK_SLACK:
        visited_at -= max(clock_error(device_at, at), timedelta())
    return at if at < visited_at <= at + CLOCK_SLACK else visited_at


def _sent_before(sent: Visit, actor: User, result: str) -> Visit:
    """The visit that this key has written; a key is good for who made it, and for the same words."""
    if actor.pk not in (sent.created_by_id, sent.owner_id):
        raise Conflict(_("This record was sent by somebody else."))
    if sent.result != result.strip():
        raise Conflict(
            _("This record has arrived before, with other words; it is visit %(number)s.")
            % {"number": sent.number},
            way_out=_("Correct the words there."),
        )
    return sent


def _check_reason(visit: Visit, report: Report, at: datetime) -> None:
    """A visit in person that nobody planned says why, where the handbook wants it."""
    if visit.planned_date is not None or report.unplanned_reason.strip() or visit.kind not in IN_PERSON:
        return
    if rule("customers.unplanned_reason", on=timezone.localdate(at)):
        raise InvalidInput(
            _("Nobody planned this visit; say why it was made."),
            field="unplanned_reason",
            clause="customers.unplanned_reason",
            way_out=_("Write the reason, or log it as the visit that was planned."),
            date=visit.visit_date,
        )
