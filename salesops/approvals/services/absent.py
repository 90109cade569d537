"""Where somebody is away and no deputy may decide: the superior is asked besides, also for what was asked before."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from salesops.accounts.models import Delegation, User
from salesops.approvals.choices import AskState, RequestState
from salesops.approvals.events import SignatureAsked, StandsIn
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson
from salesops.approvals.people import above_absent, case_of, deputies_for
from salesops.core.events import publish
from salesops.core.locking import lock_row


def begin_all_absences(*, at: datetime) -> None:
    """For everybody who is away today: an absence entered ahead has begun."""
    rows = Delegation.objects.in_force(timezone.localdate(at)).filter(person__is_active=True)
    for row in rows.select_related("person", "deputy").order_by("pk"):
        begin_standing_in(row, at=at)


def begin_standing_in(row: Delegation, *, at: datetime) -> None:
    """Who stands in hears of what was asked before; where the deputy may not decide it, the superior is asked, as
    for what is asked during the absence. Again and again it tells and asks nothing new."""
    waiting = Ask.objects.filter(
        state=AskState.OPEN, people__person=row.person, request__state=RequestState.PENDING
    ).select_related("request__applicant")
    told = []
    for ask in waiting.order_by("request", "pk"):
        if row.is_away:
            ask_above_absent(ask, row.person, at=at)
        before = ask.since is not None and timezone.localdate(ask.since) < row.from_date
        before |= row.from_date >= timezone.localdate(at)
        may = row.holds_for(ask.request.document_type) and row.deputy_id not in ask.request.barred
        if before and may and row.deputy.is_active:
            told.append(ask.pk)
    if row.deputy.is_active:
        publish(StandsIn(row.pk, tuple(told), at))


def ask_above_absent(ask: Ask, person: User, *, at: datetime) -> None:
    """Ask the superior of ``person`` for an open signature, where none of the deputies may give it."""
    on = timezone.localdate(at)
    request = lock_row(ApprovalRequest.objects.select_related("applicant", "team"), ask.request_id)
    ask.refresh_from_db(fields=["state"])
    rows = deputies_for([person.pk], request.document_type, on=on).get(person.pk, [])
    above = above_absent(person, rows, case_of(request, on=on))
    if above is not None and ask.state == AskState.OPEN:
        ask_also(ask, above, at=at)


def ask_also(ask: Ask, person: User, *, at: datetime) -> None:
    """One more is asked for an open signature, once."""
    level_up = {"via": AskedPerson.Via.LEVEL_UP}
    _row, new = AskedPerson.objects.get_or_create(ask=ask, person=person, defaults=level_up)
    if new:
        publish(SignatureAsked(ask.pk, at, people=(person.pk,)))
