"""The legal stage: a case handed over with its amounts, what lawyers and courts did, and how it ended (REC-07)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from receivables.choices import CaseEnd, LegalEnd, LegalKind, LegalState, StepChannel
from receivables.models import CollectionCase, LegalEvent, LegalStage
from receivables.selectors.collection import people_with
from receivables.services.collection import finish_step, locked, waiting_step
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.notifications.services import notify

# Which event moves a stage to which state, and from where it may.
MOVES = {
    LegalKind.LETTER: LegalState.LETTER,
    LegalKind.SUIT: LegalState.SUIT,
    LegalKind.JUDGED: LegalState.JUDGED,
    LegalKind.ENFORCED: LegalState.ENFORCED,
}
ORDER = [LegalState.HANDED, *MOVES.values()]


@transaction.atomic
def hand_to_legal(
    *, actor: Any, case: CollectionCase, reason: str, at: datetime, counsel: str = ""
) -> LegalStage:
    """Give a case to legal with what is overdue; the waiting step of level 5 is done by it. Legal and finance are told.

    Raises ``Conflict`` when legal has it, or repeated demands were not made and nobody refused; ``NotAllowed``.
    """
    row = locked(case, actor, "assign")
    if row.legal_stages.exclude(state=LegalState.ENDED).exists():
        raise Conflict(_("Legal has this case already."))
    refused = row.actions.filter(reason="refuse").exists()
    if row.level < 4 and not refused:
        raise Conflict(
            _(
                "Legal takes a case after the final notice, or when the customer refuses; this one is at level %(level)s."
            )
            % {"level": row.level},
            way_out=_("Do the steps before, or write the refusal down as a contact."),
        )
    today = timezone.localdate(at)
    stage = LegalStage.objects.create(
        case=row,
        handed_date=today,
        amount_base=row.overdue_base,
        counsel=counsel.strip(),
        created_by=actor,
    )
    data = {"customer": str(row.customer), "amount": row.overdue_base}
    record(
        "receivables.legal_handed", stage, row, row.customer, actor=actor, at=at, data=data, comment=reason
    )
    step = waiting_step(row)
    if step is not None and step.channel == StepChannel.LEGAL:
        finish_step(step, actor=actor, at=at, proof=today.isoformat())
    for person in people_with(Role.LEGAL, today):
        if actor is None or person.pk != actor.pk:
            notify(
                person,
                "receivables.legal_handed",
                f"legal:{stage.pk}",
                {"customer": str(row.customer), "amount": str(row.overdue_base)},
                stage.get_absolute_url(),
                at=at,
            )
    return stage


@transaction.atomic
def note_event(
    *,
    actor: Any,
    stage: LegalStage,
    kind: str,
    on: date,
    text: str,
    at: datetime,
    amount: Decimal = Decimal(0),
    court: str = "",
    reference: str = "",
) -> LegalEvent:
    """Write down what happened; letters, suit, judgment and enforcement move the stage on, never back.

    Raises ``InvalidInput`` for a day before the hand-over or (court dates aside) to come, ``Conflict`` when it has ended or the
    move goes back, ``NotAllowed``.
    """
    row = _locked(stage, actor)
    today = timezone.localdate(at)
    if on < row.handed_date or (on > today and kind != LegalKind.HEARING):
        raise InvalidInput(_("The day lies between the hand-over and today."), field="on")
    state = MOVES.get(LegalKind(kind))
    if state is not None:
        if ORDER.index(state) <= ORDER.index(LegalState(row.state)):
            raise Conflict(_("This stage is “%(state)s” already.") % {"state": row.get_state_display()})
        row.state = state
    if kind == LegalKind.HEARING:
        row.next_date = on
    row.costs += amount
    row.court, row.reference = court.strip() or row.court, reference.strip() or row.reference
    row.version += 1
    row.save()
    event = LegalEvent.objects.create(
        stage=row, date=on, kind=kind, text=text.strip(), amount=amount, by=actor
    )
    data = {"customer": str(row.case), "legal_kind": kind, "amount": amount}
    record("receivables.legal_event", row, row.case, actor=actor, at=at, data=data, comment=event.text)
    return event


@transaction.atomic
def end_stage(*, actor: Any, stage: LegalStage, end: str, result: str, at: datetime) -> LegalStage:
    """End a legal stage; an uncollectable claim is proposed to finance for being written off.

    Raises ``Conflict`` when it has ended, ``NotAllowed``.
    """
    row = _locked(stage, actor)
    if not result.strip():
        raise InvalidInput(_("Say what came of it."), field="result")
    row.state, row.end, row.ended_date = LegalState.ENDED, end, timezone.localdate(at)
    row.result, row.next_date = result.strip(), None
    row.version += 1
    row.save()
    data = {"customer": str(row.case), "legal_end": end}
    record(
        "receivables.legal_ended",
        row,
        row.case,
        row.case.customer,
        actor=actor,
        at=at,
        data=data,
        comment=result,
    )
    if end == LegalEnd.SETTLED:
        CollectionCase.objects.filter(pk=row.case_id).update(end=CaseEnd.SETTLED)
    if end == LegalEnd.UNCOLLECTABLE:
        CollectionCase.objects.filter(pk=row.case_id).update(end=CaseEnd.WRITTEN_OFF)
        for person in people_with(Role.FINANCE, row.ended_date):
            notify(
                person,
                "receivables.write_off_proposed",
                f"uncollectable:{row.pk}",
                {"customer": str(row.case), "amount": str(row.case.overdue_base)},
                row.get_absolute_url(),
                at=at,
            )
    return row


def _locked(stage: LegalStage, actor: Any) -> LegalStage:
    row = lock_row(LegalStage.objects.select_related("case__customer"), stage.pk)
    if actor is not None and not can(actor, "litigate", row):
        raise NotAllowed(_("Legal and finance write this down."), way_out=_("Tell legal what happened."))
    if row.state == LegalState.ENDED:
        raise Conflict(_("This legal stage has ended."))
    return row
