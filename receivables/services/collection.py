"""Acts on a collection case: what was said, what was done of the ladder, pausing, handing over (REC-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from receivables.choices import ActionChannel, CaseState, StepChannel, StepState, WhyNot
from receivables.models import CollectionAction, CollectionCase, CollectionStep
from receivables.services.collection_effects import hold
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify
from salesops.work.models import Task
from salesops.work.services.tasks import end_task_along

# Which contact does which kind of step; letters and hand-overs have acts of their own.
DOES = {
    StepChannel.CALL: (ActionChannel.PHONE, ActionChannel.VISIT, ActionChannel.MAIL),
    StepChannel.VISIT: (ActionChannel.VISIT,),
}
LONGEST_PAUSE = 180  # days


@dataclass(frozen=True)
class Said:
    """One contact as it is written down."""

    channel: str
    said: str
    reached: bool = True
    contact: str = ""
    reason: str = WhyNot.UNKNOWN
    agreed: str = ""
    next_date: date | None = None
    proof: str = ""


@transaction.atomic
def log_action(*, actor: Any, case: CollectionCase, said: Said, at: datetime) -> CollectionAction:
    """Write a contact down; it does the waiting step of the ladder if that asks for this way (clause R-83).

    Raises ``Conflict`` for a closed case, ``InvalidInput`` for a next day that has passed or a visit that nobody
    was met at, ``NotAllowed``.
    """
    row = locked(case, actor)
    today = timezone.localdate(at)
    if said.next_date is not None and said.next_date < today:
        raise InvalidInput(_("The next contact is today or later."), field="next_date")
    if not said.said.strip():
        raise InvalidInput(_("What was said, or tried?"), field="said")
    if (
        said.channel == ActionChannel.VISIT
        and said.reached
        and not (said.contact.strip() or said.proof.strip())
    ):
        raise InvalidInput(
            _("A visit names who was met, or its proof."), field="contact", way_out=_("Name the person.")
        )
    action = CollectionAction.objects.create(
        case=row,
        at=at,
        by=actor,
        created_by=actor,
        channel=said.channel,
        reached=said.reached,
        contact=said.contact.strip(),
        said=said.said.strip(),
        reason=said.reason,
        agreed=said.agreed.strip(),
        next_date=said.next_date,
        proof=said.proof.strip(),
    )
    _write(
        "action_logged",
        row,
        actor=actor,
        at=at,
        comment=action.said,
        collection_way=action.channel,
        extra=action,
    )
    step = waiting_step(row)
    if step is not None and _does(step, action, at=at):
        action.step = step
        action.save(update_fields=["step"])
        # The way stands beside it; a sentence would stay in the language of who wrote it.
        finish_step(step, actor=actor, at=at, proof=action.proof or action.contact or str(row.customer))
    CollectionCase.objects.filter(pk=row.pk).update(
        last_contact=today, next_date=said.next_date or row.next_date, version=row.version + 1, updated_at=at
    )
    return action


def _does(step: CollectionStep, action: CollectionAction, *, at: datetime) -> bool:
    if action.channel not in DOES.get(StepChannel(step.channel), ()):
        return False
    if action.reached:
        return True
    tried = CollectionAction.objects.filter(case=step.case_id, at__date__gte=step.date, reached=False).count()
    return tried >= rule("receivables.call_attempts", on=timezone.localdate(at))


def waiting_step(case: CollectionCase) -> CollectionStep | None:
    """The step that waits to be done, if there is one."""
    rows = CollectionStep.objects.filter(case=case, state=StepState.PROPOSED)
    return rows.select_related("policy_level", "person", "case__customer").first()


def finish_step(step: CollectionStep, *, actor: Any, at: datetime, proof: str) -> CollectionStep:
    """The step was really done: its items reach their level, its effect holds, the superior hears of it."""
    today = timezone.localdate(at)
    row = (
        CollectionStep.objects.select_for_update(of=("self",)).select_related("policy_level").get(pk=step.pk)
    )
    if row.state != StepState.PROPOSED:
        raise Conflict(_("This step is “%(state)s” already.") % {"state": row.get_state_display()})
    row.state, row.done_date, row.done_by, row.proof = StepState.DONE, today, actor, proof.strip()[:300]
    row.save(update_fields=["state", "done_date", "done_by", "proof"])
    case = CollectionCase.objects.select_related("customer", "owner__superior").get(pk=row.case_id)
    reached = (
        row.items.filter(receivable__outstanding__gt=0).aggregate(level=Max("level"))["level"] or row.level
    )
    CollectionCase.objects.filter(pk=case.pk).update(level=max(case.level, reached), updated_at=at)
    _write("step_done", case, actor=actor, at=at, comment=row.proof, ladder_level=row.level)
    _end_task(row, actor=actor, at=at)
    superior = case.owner.superior if case.owner else None
    if row.policy_level.tells_superior and superior is not None and superior.pk != getattr(actor, "pk", None):
        data = {"customer": str(case.customer), "ladder_level": row.level}
        key = f"collection-step:{row.pk}"
        notify(superior, "receivables.chase_level", key, data, case.get_absolute_url(), at=at)
    hold(case, row.policy_level, at=at)
    return row


def _end_task(step: CollectionStep, *, actor: Any, at: datetime) -> None:
    task = Task.objects.filter(cause=f"collection-step:{step.pk}").first()
    if task is not None:
        end_task_along(actor=actor or task.owner, at=at, task=task, reason=step.proof)


@transaction.atomic
def drop_step(*, actor: Any, case: CollectionCase, reason: str, at: datetime) -> CollectionStep:
    """Leave the waiting step out, with the reason; the next run proposes anew. Raises ``Conflict`` if none waits."""
    row = locked(case, actor, "assign")
    step = waiting_step(row)
    if step is None:
        raise Conflict(_("No step waits to be done."))
    step.state, step.proof = StepState.DROPPED, reason.strip()[:300]
    step.save(update_fields=["state", "proof"])
    _write("step_dropped", row, actor=actor, at=at, comment=reason, ladder_level=step.level)
    _end_task(step, actor=actor, at=at)
    return step


@transaction.atomic
def pause_case(*, actor: Any, case: CollectionCase, until: date, reason: str, at: datetime) -> CollectionCase:
    """Let a case rest until a day, at most half a year. Raises ``InvalidInput``, ``NotAllowed``, ``Conflict``."""
    row = locked(case, actor, "pause")
    today = timezone.localdate(at)
    if not 0 < (until - today).days <= LONGEST_PAUSE:
        raise InvalidInput(
            _("A case rests until a day to come, at most %(days)s days.") % {"days": LONGEST_PAUSE},
            field="until",
        )
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
    row.state, row.paused_until, row.pause_reason = CaseState.PAUSED, until, reason.strip()
    return _save(row, "case_paused", actor=actor, at=at, comment=reason, until_date=until)


@transaction.atomic
def resume_case(*, actor: Any, case: CollectionCase, at: datetime) -> CollectionCase:
    """End a pause before its day."""
    row = locked(case, actor, "pause")
    if row.state != CaseState.PAUSED:
        raise Conflict(_("This case is not paused."))
    row.state, row.paused_until, row.pause_reason = CaseState.OPEN, None, ""
    return _save(row, "case_resumed", actor=actor, at=at)


@transaction.atomic
def assign_case(*, actor: Any, case: CollectionCase, owner: User, at: datetime) -> CollectionCase:
    """Give the case to another person, who is told; its waiting step and task go along.

    Raises ``InvalidInput`` for somebody who has left, ``NotAllowed``.
    """
    row = locked(case, actor, "assign")
    if not owner.is_active:
        raise InvalidInput(_("%(person)s has left.") % {"person": owner}, field="owner")
    before = str(row.owner or "")
    row.owner, row.team = owner, team_on(owner, timezone.localdate(at)) or row.team
    _save(row, "case_assigned", actor=actor, at=at, owner=str(owner), before=before)
    step = waiting_step(row)
    if step is not None and step.acts == "owner":
        step.person = owner
        step.save(update_fields=["person"])
        _end_task(step, actor=actor, at=at)
    if actor is None or owner.pk != actor.pk:
        key = f"collection-case:{row.pk}:{row.version}"
        data = {"customer": str(row.customer)}
        notify(owner, "receivables.case_given", key, data, row.get_absolute_url(), at=at)
    return row


def locked(case: CollectionCase, actor: Any, verb: str = "chase") -> CollectionCase:
    """The case, locked, open, and the actor's to act on."""
    row = lock_row(CollectionCase.objects.select_related("customer", "owner"), case.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(
            _("Only who holds the customer, or a head, does this."),
            way_out=_("Ask the holder of the case."),
            release=AskOffer(
                _("Please see to the overdue items of %(customer)s") % {"customer": row.customer},
                people=(row.owner,),
                roles=(Role.FINANCE,),
                subject=row,
            ),
        )
    if row.state == CaseState.CLOSED:
        raise Conflict(
            _("This case is closed; nothing is overdue."), way_out=_("It opens again by itself when needed.")
        )
    return row


def _save(row: CollectionCase, verb: str, *, actor: Any, at: datetime, comment: str = "", **data: Any) -> Any:
    row.version += 1
    row.save()
    _write(verb, row, actor=actor, at=at, comment=comment, **data)
    return row


def _write(
    verb: str,
    row: CollectionCase,
    *,
    actor: Any,
    at: datetime,
    comment: str = "",
    extra: Any = None,
    **data: Any,
) -> None:
    record(
        f"receivables.{verb}",
        row,
        extra,
        row.customer,
        actor=actor,
        at=at,
        data={"customer": str(row.customer), **data},
        comment=comment.strip(),
    )


def give_case(case: CollectionCase, taker: User, *, at: datetime, reason: str) -> None:
    """A hand-over takes the case along, with its waiting step."""
    assign_case(actor=None, case=case, owner=taker, at=at)
