"""Checklists: published in versions by administrators, answered with a visit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.choices import AnswerKind
from customers.models import Checklist, ChecklistItem, Visit, VisitAnswer
from salesops.accounts.models import Team, User
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock
from salesops.core.policies import can

_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,4})?")


@dataclass(frozen=True)
class Point:
    """One point as written in the form."""

    text: str
    answer: str = AnswerKind.TICK
    required: bool = False
    hours_before: int | None = None
    unit: Team | None = None


@transaction.atomic
def publish_checklist(
    *, actor: User | None, at: datetime, kind: str, points: Sequence[Point], note: str = ""
) -> Checklist:
    """The next version of a kind's checklist; from now on it is asked, what was answered before stays."""
    if actor is not None and not can(actor, "add", Checklist):
        raise NotAllowed(_("Administrators and managers keep the checklists."))
    if not points:
        raise InvalidInput(_("A checklist has at least one point."))
    advisory_lock(f"checklist {kind}")
    last = Checklist.objects.filter(kind=kind).order_by("-number").first()
    Checklist.objects.filter(kind=kind, is_current=True).update(is_current=False)
    made = Checklist.objects.create(
        kind=kind, number=last.number + 1 if last else 1, note=note.strip(), created_by=actor
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=made,
            position=number,
            text=point.text.strip(),
            answer=point.answer,
            required=point.required,
            hours_before=point.hours_before,
            unit=point.unit,
        )
        for number, point in enumerate(points, 1)
    )
    data = {"kind": kind, "version": made.number, "points": len(points)}
    record("customers.checklist_published", made, actor=actor, at=at, data=data)
    return made


def write_answers(visit: Visit, answers: Mapping[int, str]) -> int:
    """Write what was answered to the current checklist of the visit's kind; the caller has checked the right.

    Raises ``InvalidInput`` with the field ``check_<item>`` for a missing or unreadable answer.
    """
    items = list(ChecklistItem.objects.filter(checklist__kind=visit.kind, checklist__is_current=True))
    rows = []
    for item in items:
        value = read_answer(item, answers.get(item.pk, ""))
        if value:
            rows.append(VisitAnswer(visit=visit, item=item, value=value))
        elif item.required:
            raise InvalidInput(_("This point must be answered."), field=f"check_{item.pk}")
    VisitAnswer.objects.filter(visit=visit, item__in=items).delete()
    VisitAnswer.objects.bulk_create(rows)
    return len(rows)


def read_answer(item: ChecklistItem, value: str) -> str:
    """The answer as it is kept, "" for none."""
    text = str(value or "").strip()
    if item.answer == AnswerKind.TICK:
        return "yes" if text in ("yes", "on", "True", "true", "1") else ""
    if text and item.answer == AnswerKind.SCORE and text not in ("1", "2", "3", "4", "5"):
        raise InvalidInput(_("Answer with a number from 1 to 5."), field=f"check_{item.pk}")
    if text and item.answer == AnswerKind.NUMBER and not _NUMBER.fullmatch(text):
        raise InvalidInput(_("Enter a number."), field=f"check_{item.pk}")
    return text[:5000]
