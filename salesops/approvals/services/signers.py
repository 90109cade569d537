"""More people: another signer, the superior, copies."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from salesops.accounts.delegations import line_above
from salesops.accounts.models import User
from salesops.approvals.choices import ActionKind, ApproverKind, AskState, RequestState
from salesops.approvals.events import CopySent, SignatureAsked
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson, RequestCopy
from salesops.approvals.selectors import may_share
from salesops.approvals.services.locked import locked, move, require_state, seat_of, write
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish


@transaction.atomic
def add_signer(
    *,
    actor: User,
    at: datetime,
    request: ApprovalRequest,
    person: User,
    comment: str = "",
    version: int | None = None,
) -> ApprovalRequest:
    """Whoever is asked now asks one more person to sign this step, too; the step waits for both."""
    row, subject = locked(request, version=version)
    require_state(row, RequestState.PENDING)
    seat = seat_of(actor, row, at=at)
    if person.pk in row.barred or not person.is_active:
        raise InvalidInput(
            _("%(person)s may not decide on this request.") % {"person": person}, field="person"
        )
    if AskedPerson.objects.filter(ask__request=row, ask__state=AskState.OPEN, person=person).exists():
        raise Conflict(_("%(person)s is asked already.") % {"person": person}, field="person")
    ask = Ask.objects.create(
        request=row,
        flow_step=seat.ask.flow_step,
        step=row.step,
        round=row.round,
        position=seat.ask.position + 100,
        label={"kind": ApproverKind.PERSON, "name": str(person)},
        state=AskState.OPEN,
        since=at,
        remind_at=seat.ask.remind_at,
        due_at=seat.ask.due_at,
        added_by=actor,
    )
    AskedPerson.objects.create(ask=ask, person=person, via=AskedPerson.Via.ADDED)
    write(
        row, ActionKind.SIGNER_ADDED, actor=actor, at=at, subject=subject, to_person=person, comment=comment
    )
    move(row, RequestState.PENDING, at=at)
    publish(SignatureAsked(ask.pk, at))
    return row


@transaction.atomic
def pass_up(
    *, actor: User, at: datetime, request: ApprovalRequest, comment: str = "", version: int | None = None
) -> ApprovalRequest:
    """A matter beyond one's authority goes to the superior in one act (ORG-05); the own signature is void."""
    row, subject = locked(request, version=version)
    require_state(row, RequestState.PENDING)
    seat = seat_of(actor, row, at=at)
    above = next((p for p in line_above(seat.for_person or actor) if p.pk not in row.barred), None)
    if above is None:
        raise NotAllowed(_("Nobody stands above who could decide."))
    holder = seat.for_person or actor
    seat.ask.people.filter(person=holder).delete()
    AskedPerson.objects.get_or_create(ask=seat.ask, person=above, defaults={"via": AskedPerson.Via.LEVEL_UP})
    write(
        row,
        ActionKind.PASSED_UP,
        actor=actor,
        at=at,
        subject=subject,
        ask=seat.ask,
        for_person=seat.for_person,
        to_person=above,
        comment=comment,
    )
    move(row, RequestState.PENDING, at=at)
    publish(SignatureAsked(seat.ask.pk, at, people=(above.pk,)))
    return row


@transaction.atomic
def send_copy(
    *, actor: User, at: datetime, request: ApprovalRequest, person: User, comment: str = ""
) -> RequestCopy:
    """Let somebody read along. Only the applicant and those asked decide who reads it."""
    if not may_share(actor, request):
        raise NotAllowed(_("Only the applicant and those who are asked send copies."))
    if not person.is_active:
        raise InvalidInput(_("%(person)s has left.") % {"person": person}, field="person")
    copy, created = RequestCopy.objects.get_or_create(
        request=request, person=person, defaults={"sent_by": actor, "at": at}
    )
    if created:
        write(request, ActionKind.COPIED, actor=actor, at=at, to_person=person, comment=comment)
        publish(CopySent(request.pk, person.pk, actor.pk, at))
    return copy
