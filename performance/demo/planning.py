"""The field on the demo's last day: next week's plans in every state, visits with check-in, checklist and complaint."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from django.db import transaction

from customers.choices import CustomerClass, VisitKind, VisitOutcome, VisitState
from customers.models import ChecklistItem, Customer, CustomerPlace, Visit
from customers.services.checkins import Position, check_in
from customers.services.reports import Report, raise_complaint, report_visit
from customers.services.visit_plans import KEY, PlanLine, submit_plan, write_plan
from performance.demo import words
from performance.demo.approving import sign
from performance.demo.words import say
from salesops.accounts.models import User
from salesops.core.errors import DomainError

# Who writes a plan of next week, what becomes of it, and what the superior says.
PLANS = [
    ("alice", "approve", say("可以，周三一起去", "Fine; I come along on Wednesday")),
    ("xiaomei", "return", say("请加上逾期的两家客户", "Add the two customers who pay late")),
    ("tianyu", "", ""),
    ("carol", "", ""),
]


def plan_ahead(day: Any) -> None:
    """A company of another size may lack a person's customers for a scene; then it does without that scene."""
    for scene in (_plans, _drafts, _arrived, _reports):
        with suppress(DomainError), transaction.atomic():
            scene(day)


def _of(person: User) -> list[Customer]:
    rows = Customer.objects.filter(owner=person).exclude(customer_class=CustomerClass.POTENTIAL)
    return list(rows.order_by("-customer_class", "pk")[:12])


def _lines(person: User, first: date) -> list[PlanLine]:
    """Up to eight visits from Monday to Thursday, two a day."""
    return [
        PlanLine(
            customer=customer, date=first + timedelta(days=number // 2), purpose=words.PURPOSES[number % len(words.PURPOSES)],
            kind=VisitKind.VISIT if number % 3 else VisitKind.RETURN_VISIT, planned_minutes=45 + 15 * (number % 3),
            expected_result=words.NEXT_STEPS[number % len(words.NEXT_STEPS)],
        )
        for number, customer in enumerate(_of(person)[-8:])
    ]  # fmt: skip


def _write(day: Any, person: User, first: date, span: str = "week") -> Any:
    note = say("重点：新品与回款", "New products and money due")
    return write_plan(
        actor=person, at=day.at(), owner=person, span=span, day=first, lines=_lines(person, first), note=note
    )


def _plans(day: Any) -> None:
    """Of next week: one accepted, one returned, two that wait."""
    monday = day.today + timedelta(days=7 - day.today.weekday())
    for name, act, comment in PLANS:
        person = day.people[name]
        plan = _write(day, person, monday)
        submit_plan(actor=person, at=day.at(), plan=plan)
        if act:
            sign(day, plan, KEY, act, comment)


def _drafts(day: Any) -> None:
    """Bob still writes: of next week and of next month."""
    bob = day.people["bob"]
    _write(day, bob, day.today + timedelta(days=7 - day.today.weekday()))
    month = (day.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    _write(day, bob, month, span="month")


def _arrived(day: Any) -> None:
    """Bob and Carol are at a customer's now and have not written their visit down yet."""
    for name in ("bob", "carol"):
        person = day.people[name]
        rows = Visit.objects.filter(
            owner=person, state=VisitState.PLANNED, planned_date=day.today, check_in=None
        )
        visit = rows.order_by("pk").first()
        if visit is not None:
            check_in(actor=person, at=day.at(), visit=visit, position=_beside(visit.customer))


def _beside(customer: Customer) -> Position:
    """Some hundred metres from the place on file."""
    place = CustomerPlace.objects.filter(customer=customer).order_by("pk").first()
    if place is None:
        return Position(Decimal("31.230400"), Decimal("121.473700"), 20)
    return Position(place.latitude + Decimal("0.001000"), place.longitude, 12)


def _reports(day: Any) -> None:
    """Alice writes a first visit, an inspection and a visit after a complaint down, and gives the complaint to Bob."""
    alice = day.people["alice"]
    kinds = [VisitKind.FIRST_VISIT, VisitKind.INSPECTION, VisitKind.COMPLAINT]
    for number, (kind, customer) in enumerate(zip(kinds, cycle(_of(alice)[-3:]), strict=False)):
        at = day.at()
        report = Report(
            outcome=VisitOutcome.MET if number != 2 else VisitOutcome.PARTLY,
            feedback=say("样品质量稳定", "The quality of the samples is steady"),
            competitor_facts=say("竞品报价低 3%", "A competitor quotes 3 % less") if number else "",
            unplanned_reason=say("客户来电邀请", "The customer called and asked for it"),
            answers={item.pk: _answer(item) for item in _asked(kind)}, arrived=True, position=_beside(customer),
        )  # fmt: skip
        visit = report_visit(
            actor=alice, at=at, visited_at=at - timedelta(minutes=2), report=report, customer=customer, owner=alice,
            kind=kind, purpose=words.PURPOSES[number], result=words.RESULTS[number],
        )  # fmt: skip
    raise_complaint(
        actor=alice, at=day.at(), visit=visit, owner=day.people["bob"], due_at=day.at() + timedelta(days=3), urgent=True,
        described=say("批次 2409 的杯盖漏水，约 40 只，客户要求换货。", "Lids of batch 2409 leak, about 40; an exchange is wanted."),
    )  # fmt: skip


def _asked(kind: str) -> list[ChecklistItem]:
    return list(ChecklistItem.objects.filter(checklist__kind=kind, checklist__is_current=True))


def _answer(item: ChecklistItem) -> str:
    told = say("已当面确认，详见结果", "Settled face to face; see the result")
    return {"tick": "yes", "score": "4", "number": "120"}.get(item.answer, told)
