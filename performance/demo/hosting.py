"""Customers who come to us: a reception of every state, with own points, an itinerary and budgets."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.choices import CustomerClass, ReceptionLevel, StopKind
from customers.models import Customer, Reception
from customers.services.reception_asks import KEY
from customers.services.receptions import (
    Point,
    Stop,
    cancel_reception,
    close_reception,
    guests_arrived,
    plan_reception,
    prepare_reception,
    set_points,
    set_stops,
)
from performance.demo.words import say
from salesops.accounts.models import Team, User
from salesops.approvals.services import start
from salesops.core.errors import DomainError, InvalidInput
from salesops.work.services import answer_request, finish_task

# Who receives, days from today to the arrival, budget in base currency.
PLANNED, DEAR, PREPARING, ARRIVED, CLOSED, CANCELLED = (
    ("carol", 16, "1800.00"), ("alice", 12, "12800.00"), ("alice", 5, "4200.00"), ("erik", -1, "3600.00"),
    ("maria", -12, "2400.00"), ("bob", 9, "900.00"),
)  # fmt: skip
ASKED_AHEAD = 7
GUESTS = [say("王总，采购总监\n李工，质量经理", "Ms Wang, head of purchasing\nMr Li, quality manager"),
          say("A. Weber，总裁\n其助理", "A. Weber, managing director\nhis assistant")]  # fmt: skip


def hold_receptions(day: Any) -> None:
    """A company of another size may lack a host's customer; then it does without that reception."""
    for number, (case, scene) in enumerate(
        [(PLANNED, None), (DEAR, _ask_budget), (PREPARING, _prepare), (ARRIVED, _arrive), (CLOSED, _close), (CANCELLED, _cancel)]
    ):  # fmt: skip
        with suppress(DomainError), transaction.atomic():
            row, at = _plan(day, number, *case)
            if scene is not None:
                scene(day, row, at)


def _plan(day: Any, number: int, name: str, days: int, budget: str) -> tuple[Reception, datetime]:
    """Written down today, or so long before the arrival as is usual; the reception and that moment."""
    host: User = day.people[name]
    ahead = 0 if days > 0 else ASKED_AHEAD - days
    at = day.at() - timedelta(days=ahead)
    arrival = timezone.make_aware(datetime.combine(day.today + timedelta(days=days), time(9, 30)))
    customers = Customer.objects.filter(owner=host).exclude(customer_class=CustomerClass.POTENTIAL)
    theirs = list(customers.order_by("-customer_class", "-pk")[:6])
    if not theirs:
        raise InvalidInput(host.username)
    row = plan_reception(
        actor=host, at=at, customer=theirs[number % len(theirs)], owner=host,
        level=list(ReceptionLevel)[number % 3], arrival=arrival, departure=arrival + timedelta(days=2, hours=8),
        guests=GUESTS[number % 2], purpose=say("看厂与明年订单洽谈", "Tour of the factory and next year's orders"),
        flight=f"MU{5100 + number * 7}", hotel=say("江滨酒店，两间", "Riverside Hotel, two rooms"),
        room=say("三楼会议室", "Meeting room, 3rd floor"), diet=say("不吃辣", "Nothing spicy"), budget=Decimal(budget),
    )  # fmt: skip
    _itinerary(row, host, at)
    return row, at


def _itinerary(row: Reception, host: User, at: datetime) -> None:
    """Own points for units besides those of the checklist, and four stops."""
    units = {team.code: team for team in Team.objects.filter(code__in=("OPS", "OFFICE"))}
    points = [
        Point(item.text, item.due_at, item.unit, item.pk) for item in row.items.order_by("position")[:4]
    ]
    points += [
        Point(say("打印双语欢迎牌", "Welcome board in both languages"), row.arrival - timedelta(hours=20), units["OFFICE"]),
        Point(say("样品间备齐新品", "New products in the showroom"), row.arrival - timedelta(hours=30), units["OPS"]),
    ]  # fmt: skip
    set_points(actor=host, at=at, reception=row, points=points)
    stops = [
        (1, StopKind.TALK, say("明年框架协议", "Next year's frame contract"), say("三楼会议室", "Meeting room, 3rd floor"), None),
        (4, StopKind.MEAL, say("欢迎午餐", "Welcome lunch"), say("园区食堂", "Canteen"), None),
        (6, StopKind.FACTORY, say("注塑与装配车间", "Moulding and assembly"), say("一号车间", "Hall 1"), units["OPS"]),
        (26, StopKind.SHOWROOM, say("看样与选品", "Samples and choice of goods"), say("样品间", "Showroom"), units["OPS"]),
    ]  # fmt: skip
    set_stops(
        actor=host, at=at, reception=row,
        stops=[Stop(row.arrival + timedelta(hours=hours), kind, text, place, unit) for hours, kind, text, place, unit in stops],
    )  # fmt: skip


def _ask_budget(day: Any, row: Reception, at: datetime) -> None:
    """Above the handbook's amount: the superior is asked first."""
    start(actor=row.owner, at=day.at(), obj=row, document_type=KEY)


def _prepare(day: Any, row: Reception, at: datetime) -> None:
    """The units are asked; half of it is ready."""
    prepare_reception(actor=row.owner, at=at, reception=row)
    _do(day, row, day.at(), half=True)


def _do(day: Any, row: Reception, at: datetime, *, half: bool = False) -> None:
    """Finish what the preparations asked for: the host's tasks and the answers of the units."""
    done = say("已办妥", "Done")
    heads = {
        team.pk: team.head for team in Team.objects.filter(code__in=("OPS", "OFFICE")).select_related("head")
    }
    items = list(row.items.select_related("task__owner", "request", "unit").order_by("position"))
    for item in items[: len(items) // 2] if half else items:
        if item.task is not None:
            finish_task(actor=item.task.owner, at=at, task=item.task, result=done)
        elif item.request is not None:
            answer_request(actor=heads[item.unit_id], at=at, request=item.request, answer=done)


def _arrive(day: Any, row: Reception, at: datetime) -> None:
    _prepare_all(day, row, at)
    guests_arrived(actor=row.owner, at=day.at(), reception=row)


def _prepare_all(day: Any, row: Reception, at: datetime) -> None:
    prepare_reception(actor=row.owner, at=at, reception=row)
    _do(day, row, at + timedelta(days=2))


def _close(day: Any, row: Reception, at: datetime) -> None:
    _prepare_all(day, row, at)
    guests_arrived(actor=row.owner, at=row.arrival + timedelta(minutes=10), reception=row)
    result = say(
        "看厂满意，意向订单两个货柜，月底前寄样。",
        "Liked the factory; two containers intended, samples by the end of the month.",
    )
    close_reception(
        actor=row.owner, at=row.arrival + timedelta(days=2, hours=9), reception=row, result=result
    )


def _cancel(day: Any, row: Reception, at: datetime) -> None:
    prepare_reception(actor=row.owner, at=day.at(), reception=row)
    reason = say("客户行程取消，改为线上会议", "The customer does not travel; an online meeting instead")
    cancel_reception(actor=row.owner, at=day.at(), reception=row, reason=reason)
