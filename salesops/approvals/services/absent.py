"""Where somebody is away and no deputy may decide: the superior is asked besides, also for what was asked before."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from salesops.accounts.models import Delegation, User
from salesops.approvals.choices import AskState, RequestState
from salesops.approvals.events import SignatureAsked
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson
from salesops.approvals.people import above_absent, case_of, deputies_for
from salesops.core.events import publish
from salesops.core.locking import lock_row


def ask_above_all_absent(*, at: datetime) -> None:
    """For everybody who is away today: an absence entered ahead has begun."""
    away = Delegation.objects.in_force(timezone.localdate(at)).exclude(kind=Delegation.Kind.PRESENT)
    rows = AskedPerson.objects.filter(
        person__in=away.values("person"), ask__state=AskState.OPEN, ask__request__state=RequestState.PENDING
    )
    for row in rows.select_related("ask", "person").order_by("ask__request", "ask", "pk"):
        ask_above_absent(row.ask, row.person, at=at)


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
