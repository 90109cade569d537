"""What waits for whom, who may see which request, and what has been approved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet

from salesops.accounts.delegations import stands_in_for
from salesops.accounts.models import User
from salesops.approvals.choices import OPEN_STATES, ActionKind, AskState, RequestState
from salesops.approvals.models import ApprovalRequest, AskedPerson, Decision, RequestCopy
from salesops.core.policies import NOTHING


def asked_now(user: User, *, on: date) -> Q:
    """Requests that wait for ``user`` today: as one of those asked, or as deputy of one who is."""
    mine = _open_asks(on).filter(person=user)
    q = Q(pk__in=mine.values("ask__request"))
    for row in stands_in_for(user, on=on):
        as_deputy = Q(pk__in=_open_asks(on).filter(person=row.person_id).values("ask__request"))
        if row.document_types:
            as_deputy &= Q(document_type__in=row.document_types)
        signed = Decision.objects.filter(actor=user, action=ActionKind.APPROVED).values("request")
        q |= as_deputy & ~Q(pk__in=signed)
    return Q(state=RequestState.PENDING) & q & ~Q(barred__contains=[user.pk])


def _open_asks(on: date) -> QuerySet[AskedPerson]:
    return AskedPerson.objects.standing(on).filter(ask__state=AskState.OPEN)


def waiting_for(user: User, *, on: date) -> QuerySet[ApprovalRequest]:
    """The inbox: oldest first."""
    return ApprovalRequest.objects.filter(asked_now(user, on=on)).order_by("requested_at", "pk")


def decided_by(user: User) -> Q:
    acts = [ActionKind.APPROVED, ActionKind.RETURNED, ActionKind.REJECTED, ActionKind.PASSED_UP]
    return Q(pk__in=Decision.objects.filter(actor=user, action__in=acts).values("request"))


def copied_to(user: User) -> Q:
    return Q(pk__in=RequestCopy.objects.filter(person=user).values("request"))


def involved(user: Any, *, on: date) -> Q:
    """Requests that concern ``user``: asked for, asked, decided, copied. Rights to the record do not matter."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOTHING
    asked = AskedPerson.objects.filter(person=user).exclude(ask__state=AskState.LATER).values("ask__request")
    return (
        Q(applicant=user)
        | Q(created_by=user)
        | Q(pk__in=asked)
        | decided_by(user)
        | copied_to(user)
        | asked_now(user, on=on)
    )


def may_share(user: User, request: ApprovalRequest) -> bool:
    """May ``user`` send copies: the applicant, and whoever is or was asked."""
    if user.pk in (request.applicant_id, request.created_by_id):
        return True
    return (
        AskedPerson.objects.filter(ask__request=request, person=user).exists()
        or request.decisions.filter(actor=user).exists()
    )


def open_request(obj: Model, document_type: str) -> ApprovalRequest | None:
    """The request of a kind that is not decided yet."""
    rows = ApprovalRequest.objects.about(obj).filter(document_type=document_type, state__in=OPEN_STATES)
    return rows.select_related("applicant").first()


def approved_request(
    obj: Model, document_type: str, *, on: date, valid_days: int | None = None
) -> ApprovalRequest | None:
    """The latest approval of a kind for a record, not older than ``valid_days``; the caller compares facts."""
    rows = ApprovalRequest.objects.about(obj).filter(document_type=document_type, state=RequestState.APPROVED)
    if valid_days is not None:
        rows = rows.filter(decided_at__date__gt=on - timedelta(days=valid_days))
    return rows.order_by("-decided_at").first()
