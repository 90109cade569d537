"""What the field wrote down in the last weeks: places, check-ins near and far, answers, plans of two months."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from customers.choices import IN_PERSON, AnswerKind, CheckInMark, VisitKind, VisitOutcome, VisitState
from customers.geo import metres_between
from customers.models import (
    ChecklistItem,
    Customer,
    CustomerPlace,
    Visit,
    VisitAnswer,
    VisitCheckIn,
    VisitPlan,
    VisitPlanLine,
)
from performance.demo import words
from performance.demo.customers import Teams
from performance.demo.options import Options
from performance.demo.words import say
from salesops.accounts.models import User
from salesops.core.periods import Period
from salesops.handbook.selectors import rule

# Latitude and longitude of the cities in degrees, to a hundredth.
CITIES = {
    "上海": ("31.23", "121.47"), "杭州": ("30.27", "120.16"), "苏州": ("31.30", "120.62"), "宁波": ("29.87", "121.55"),
    "南京": ("32.06", "118.80"), "无锡": ("31.49", "120.31"), "温州": ("28.00", "120.67"), "合肥": ("31.82", "117.23"),
    "广州": ("23.13", "113.26"), "深圳": ("22.54", "114.06"), "佛山": ("23.02", "113.12"), "东莞": ("23.02", "113.75"),
    "厦门": ("24.48", "118.09"), "中山": ("22.52", "113.39"), "珠海": ("22.27", "113.58"), "南宁": ("22.82", "108.32"),
    "北京": ("39.90", "116.41"), "天津": ("39.13", "117.20"), "青岛": ("36.07", "120.38"), "济南": ("36.65", "117.12"),
    "石家庄": ("38.04", "114.51"), "台北": ("25.03", "121.57"), "新竹": ("24.80", "120.97"), "台中": ("24.15", "120.67"),
    "台南": ("22.99", "120.21"), "高雄": ("22.63", "120.30"), "桃園": ("24.99", "121.30"),
}  # fmt: skip
STEP = Decimal("0.000001")
DAYS = 60
WRITERS = ("alice", "tianyu", "xiaomei", "bob", "weimin", "carol", "yating", "zhihao", "erik", "maria")
FAR = [
    say("客户在展会现场接待", "The customer received us at the trade fair"),
    say("改在仓库见面", "Met at the warehouse instead"),
]
NOWHERE = [
    say("地下停车场无信号", "No signal in the underground car park"),
    say("手机没电，回车上补记", "Battery empty; written in the car"),
]
SAID = [say("包装比上次好，颜色还想多两种", "Better packed than last time; two more colours wanted"),
        say("交货准时，希望账期再放宽", "Delivered on time; would like longer terms"),
        say("对售后回复速度满意", "Satisfied with how fast complaints are answered")]  # fmt: skip
SEEN = [say("竞品货架占三分之一，价格低 4%", "A competitor has a third of the shelf, 4 % cheaper"), "",
        say("竞品正在做买一送一", "A competitor offers two for one")]  # fmt: skip
NOTES = [say("以重点客户和逾期账款为主", "Important customers and overdue accounts first"),
         say("新品铺货，老客户回访", "New products shown, old customers visited again")]  # fmt: skip
LOOKED_BACK = say(
    "计划基本完成，两家客户改期；新品反馈良好。",
    "Most of it was done; two customers moved their day. The new products are liked.",
)
REVIEWED = say(
    "完成情况良好，下月多走访逾期客户。", "Well done; next month see more of the customers who pay late."
)


def build_fieldwork(options: Options, people: dict[str, User]) -> None:
    """Called when customers and their visits are loaded."""
    dice = options.dice("fieldwork")
    places = _places(dice)
    rows = Visit.objects.filter(state=VisitState.DONE, visit_date__lt=options.today)
    seen = list(rows.filter(visit_date__gte=options.today - timedelta(days=DAYS)).order_by("pk"))
    VisitCheckIn.objects.bulk_create(_check_ins(seen, places, dice, options), batch_size=500)
    VisitAnswer.objects.bulk_create(_answers(seen, dice), batch_size=1000)
    for visit in seen:
        visit.outcome = dice.choice(
            [VisitOutcome.MET, VisitOutcome.MET, VisitOutcome.PARTLY, VisitOutcome.NOT_MET]
        )
        visit.feedback = dice.choice(SAID)
        visit.competitor_facts = dice.choice(SEEN)
    Visit.objects.bulk_update(seen, ["outcome", "feedback", "competitor_facts"], batch_size=500)
    this = Period.month_of(options.today)
    for number, name in enumerate(WRITERS):
        for period in (this.previous(), this):
            _plan(people[name], period, number, options)


def _places(dice: random.Random) -> dict[int, tuple[Decimal, Decimal]]:
    """Three of four customers in known cities have their coordinates on file."""
    found = {}
    for pk, address in Customer.objects.order_by("pk").values_list("pk", "address"):
        city = CITIES.get(address.rsplit(" ", 1)[0])
        if city and pk % 4:
            found[pk] = (_near(city[0], dice, 0.05), _near(city[1], dice, 0.05))
    CustomerPlace.objects.bulk_create(
        CustomerPlace(customer_id=pk, latitude=where[0], longitude=where[1]) for pk, where in found.items()
    )
    return found


def _near(degrees: str | Decimal, dice: random.Random, most: float) -> Decimal:
    return (Decimal(degrees) + Decimal(repr(dice.uniform(-most, most)))).quantize(STEP)


def _check_ins(
    visits: list[Visit], places: dict[int, tuple[Decimal, Decimal]], dice: random.Random, options: Options
) -> Iterator[VisitCheckIn]:
    """Most visits in person: near, some far or without position with a reason, some where no place is known."""
    limit = rule("customers.checkin_metres", on=options.today)
    for visit in visits:
        roll, known = dice.random(), places.get(visit.customer_id)
        if visit.kind not in IN_PERSON or visit.visited_at is None or roll > 0.9:
            continue
        at = visit.visited_at
        made = VisitCheckIn(
            visit=visit, person_id=visit.owner_id, created_by_id=visit.owner_id, at=at, received_at=at
        )
        if roll < 0.06:
            made.mark, made.reason = CheckInMark.NONE, dice.choice(NOWHERE)
            yield made
            continue
        around = known or (Decimal(CITIES["上海"][0]), Decimal(CITIES["上海"][1]))
        off = 0.05 if roll < 0.16 else 0.001
        made.latitude, made.longitude = _near(around[0], dice, off), _near(around[1], dice, off)
        made.accuracy_m = dice.randrange(5, 40)
        made.mark = CheckInMark.UNKNOWN
        if known:
            made.distance_m = metres_between(made.latitude, made.longitude, *known)
            far = made.distance_m > limit + made.accuracy_m
            made.mark = CheckInMark.FAR if far else CheckInMark.NEAR
            made.reason = dice.choice(FAR) if far else ""
        yield made


def _answers(visits: list[Visit], dice: random.Random) -> Iterator[VisitAnswer]:
    items = list(ChecklistItem.objects.filter(checklist__is_current=True).select_related("checklist"))
    asked = {kind: [item for item in items if item.checklist.kind == kind] for kind in VisitKind.values}
    for visit in visits:
        for item in asked[visit.kind]:
            value = {AnswerKind.TICK: "yes", AnswerKind.SCORE: str(dice.randrange(3, 6)),
                     AnswerKind.NUMBER: str(dice.randrange(20, 900))}.get(AnswerKind(item.answer)) or dice.choice(SAID)  # fmt: skip
            if item.required or dice.random() < 0.85:
                yield VisitAnswer(visit=visit, item=item, value=value)


def _plan(person: User, period: Period, number: int, options: Options) -> None:
    """The plan of a month: of the last one looked back on and mostly reviewed, of this one being carried out."""
    first, last = period.start, period.end
    days = Visit.objects.filter(owner=person, planned_date__range=(first, last), plan_lines=None)
    chosen: dict[tuple[int, date], Visit] = {}
    for visit in days.order_by("planned_date", "pk"):
        chosen.setdefault((visit.customer_id, visit.planned_date), visit)
    if not chosen:
        return
    over = last < options.today
    state = "executing" if not over else ("self_checked" if number % 3 == 1 else "reviewed")
    handed_in = timezone.make_aware(datetime.combine(first - timedelta(days=3), time(16, number)))
    plan = VisitPlan.objects.create(
        owner=person, team_id=Teams().on(person.pk, first), span="month", from_date=first, to_date=last,
        note=NOTES[number % 2], created_by=person, state=state, submitted_at=handed_in,
        accepted_at=handed_in + timedelta(hours=20), self_check=LOOKED_BACK if over else "",
        review=REVIEWED if state == "reviewed" else "",
        reviewed_by_id=person.superior_id if state == "reviewed" else None,
    )  # fmt: skip
    VisitPlanLine.objects.bulk_create(
        VisitPlanLine(
            plan=plan, position=place, customer_id=visit.customer_id, date=visit.planned_date, kind=visit.kind,
            purpose=visit.purpose, expected_result=words.NEXT_STEPS[place % len(words.NEXT_STEPS)],
            planned_minutes=30 * (1 + place % 3), visit=visit,
        )
        for place, visit in enumerate(chosen.values(), 1)
    )  # fmt: skip
