"""Notices to those who are asked, to applicants, and to readers of copies; the hour of each deadline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from salesops.accounts.delegations import line_above
from salesops.accounts.events import AuthorityChanged, DelegationSet, PersonLeft
from salesops.accounts.models import Delegation, User
from salesops.approvals.choices import AskState, RequestState
from salesops.approvals.events import CopySent, RequestMoved, SignatureAsked, SignatureNotNeeded, StandsIn
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson
from salesops.approvals.people import deputies_for
from salesops.approvals.services.absent import ask_also, begin_standing_in
from salesops.approvals.services.rerouting import reroute_after
from salesops.approvals.showing import brief_data
from salesops.core.events import subscribe
from salesops.core.locking import lock_row
from salesops.jobs.services.outbox import enqueue
from salesops.notifications.services import notify


def _url(request: ApprovalRequest) -> str:
    return reverse("approvals:approvalrequest_detail", args=[request.pk])


def _data(request: ApprovalRequest, **more: str) -> dict[str, Any]:
    return {
        "figures": brief_data(request),
        "document_type": request.document_type,
        "title": request.title,
        "applicant": str(request.applicant),
        **more,
    }


@subscribe(StandsIn)
def tell_who_stands_in(event: StandsIn) -> None:
    """The deputy hears once that the absence has begun, and of each signature that waits already."""
    row = Delegation.objects.select_related("person", "deputy").get(pk=event.delegation_id)
    days = {"from_date": row.from_date.isoformat(), "to_date": row.to_date.isoformat()}
    key = f"approvals.stands_in:{row.pk}"
    url = reverse("accounts:user_detail", args=[row.person_id])
    notify(row.deputy, "approvals.stands_in", key, {"person": str(row.person), **days}, url, at=event.at)
    for ask in Ask.objects.filter(pk__in=event.asks).select_related("request__applicant").order_by("pk"):
        data = _data(ask.request, person=str(row.person))
        waits = f"{key}:{ask.pk}"
        notify(row.deputy, "approvals.asked_as_deputy", waits, data, _url(ask.request), at=event.at)


@subscribe(SignatureAsked)
def tell_who_is_asked(event: SignatureAsked) -> None:
    ask = Ask.objects.select_related("request__applicant").get(pk=event.ask_id)
    request, on = ask.request, timezone.localdate(event.at)
    people = {row.person_id: row.person for row in ask.people.select_related("person")}
    told = {pk: person for pk, person in people.items() if not event.people or pk in event.people}
    key = f"approvals.{event.kind}:{ask.pk}:{request.version}"
    for person in told.values():
        notify(person, f"approvals.{event.kind}", key, _data(request), _url(request), at=event.at)
    for rows in deputies_for(told, request.document_type, on=on).values():
        for row in rows:
            if row.deputy_id in request.barred or row.deputy_id in people:
                continue
            data = _data(request, person=str(told[row.person_id]))
            notify(row.deputy, "approvals.asked_as_deputy", key, data, _url(request), at=event.at)
    if event.kind == "asked":
        for moment in (ask.remind_at, ask.due_at):
            if moment is not None:
                name = f"approval_deadline:{ask.pk}:{moment.isoformat()}"
                enqueue("approval_deadline", name, {"ask": ask.pk}, at=event.at, not_before=moment)


@subscribe(RequestMoved)
def tell_the_applicant(event: RequestMoved) -> None:
    request = ApprovalRequest.objects.select_related("applicant", "created_by").get(pk=event.request_id)
    last = request.decisions.select_related("actor", "for_person").order_by("-pk").first()
    data = _data(request, who=last.who if last else "", comment=last.comment if last else "")
    told: Iterable[User] = {p.pk: p for p in (request.applicant, request.created_by) if p}.values()
    for person in told:
        if person.pk != event.actor_id:
            key = f"approvals.{event.state}:{request.pk}:{request.version}"
            notify(person, f"approvals.{event.state}", key, data, _url(request), at=event.at)


@subscribe(CopySent)
def tell_of_copy(event: CopySent) -> None:
    request = ApprovalRequest.objects.select_related("applicant").get(pk=event.request_id)
    person = User.objects.get(pk=event.person_id)
    notify(
        person,
        "approvals.copied",
        f"approvals.copied:{request.pk}",
        _data(request),
        _url(request),
        at=event.at,
    )


@subscribe(DelegationSet)
def tell_the_deputy(event: DelegationSet) -> None:
    """Who stands in from today on hears of it at once; from a day to come on, the daily job tells."""
    row = Delegation.objects.select_related("person", "deputy").get(pk=event.delegation_id)
    if row.from_date <= timezone.localdate(event.at):
        begin_standing_in(row, at=event.at)


@subscribe(AuthorityChanged)
def ask_who_decides_now(event: AuthorityChanged) -> None:
    """Another superior, head or holder of a role: signatures that are open go to who decides now (ORG-03)."""
    reroute_after(event)


@subscribe(SignatureNotNeeded)
def tell_who_need_not_sign(event: SignatureNotNeeded) -> None:
    ask = Ask.objects.select_related("request__applicant").get(pk=event.ask_id)
    key = f"approvals.rerouted:{ask.pk}:{ask.request.version}"
    person = User.objects.get(pk=event.person_id)
    notify(person, "approvals.rerouted", key, _data(ask.request), _url(ask.request), at=event.at)


@subscribe(PersonLeft)
def ask_above_leavers(event: PersonLeft) -> None:
    """Where only the person who left was asked, the superior is asked at once, not after the deadline."""
    rows = AskedPerson.objects.filter(
        person=event.user_id, ask__state=AskState.OPEN, ask__request__state=RequestState.PENDING
    )
    for row in rows.select_related("person").order_by("ask__request", "ask"):
        request = lock_row(ApprovalRequest.objects.all(), row.ask.request_id)
        if row.ask.people.filter(person__is_active=True).exists():
            continue
        above = next((p for p in line_above(row.person) if p.pk not in request.barred), None)
        if above is not None:
            ask_also(row.ask, above, at=event.at)
