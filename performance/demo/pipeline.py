"""Leads, deals, competitors and market information of the demo company."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from customers.choices.deals import OPEN_STAGES, LeadSource, LeadState, Stage
from customers.choices.market import FactSource, FactTopic, Reliability
from customers.models import (
    Campaign,
    Competitor,
    Contact,
    DealCompetitor,
    DecisionMaker,
    Lead,
    LossReason,
    NegotiationNote,
    Observation,
    Opportunity,
    OpportunityLine,
    ProductDemand,
    StageMove,
)
from customers.naming import name_key
from performance.demo import words
from performance.demo.bulk import copy_rows, next_id
from performance.demo.customers import Client, Teams
from performance.demo.options import Options
from performance.demo.words import say
from salesops.accounts.models import User
from salesops.catalog.models import ExchangeRate, Product
from salesops.core.money import convert, round_money

MOST = 600  # deals and leads do not grow with the load: it is receivables and visits that are measured
ODDS = dict(zip(OPEN_STAGES, ("0.05", "0.10", "0.20", "0.40", "0.60", "0.80"), strict=True))
RIVALS = [
    ("宁波美居 Meiju Houseware", "华东 East", "-10 %", say("价格低，交期快", "cheap, quick delivery"), say("质量不稳", "uneven quality")),
    ("广州厨匠 Chefwise", "华南 South", "±0", say("渠道强", "strong channels"), say("起订量高", "high minimum order")),
    ("Nordhaus GmbH", "Europe", "+25 %", say("品牌好", "good brand"), say("价格高", "expensive")),
    ("Formosa Living", "Taiwan", "+5 %", say("设计新", "new designs"), say("产能小", "little capacity")),
]  # fmt: skip
FACTS = {
    FactTopic.PRICE: say("同类产品降价促销", "cut the price of the same goods"),
    FactTopic.PROMOTION: say("开展买十送一活动", "gives one free with ten"),
    FactTopic.PRODUCT: say("推出新款，样品已到客户处", "has a new model; samples are with the customer"),
    FactTopic.CHANNEL: say("与当地大经销商签约", "signed with a large local dealer"),
    FactTopic.STAFF: say("新增两名业务员", "has two more salespeople"),
}
NEEDS = [
    say("年需求约 5,000 件，要求环保认证", "about 5,000 pieces a year, certified materials"),
    say("更换供应商，重视交期", "changes its supplier; delivery matters"),
    say("新店开业，需整套陈列", "opens a shop; needs the whole range"),
    say("节日礼品，需定制包装", "gifts for the season, packed to order"),
]
STEPS = [
    say("电话跟进", "call back"),
    say("寄样品", "send samples"),
    say("安排拜访", "arrange a visit"),
    say("更新报价", "renew the offer"),
]
DIALS = {"CN": "+86137", "DE": "+49401", "US": "+12065"}
TOWNS = [
    ("苏州", "华东", "CN"), ("厦门", "华南", "CN"), ("杭州", "华东", "CN"), ("成都", "西南", "CN"),
    ("Hamburg", "欧洲", "DE"), ("Seattle", "北美", "US"),
]  # fmt: skip
DEMANDS = [
    (say("保温杯加茶隔", "Flask with a tea strainer"), "improve", "new"),
    (say("煎锅手柄更防烫", "Cooler handle of the pan"), "improve", "in_review"),
    (say("可折叠沥水架", "Folding dish rack"), "new", "accepted"),
    (say("礼盒改用纸托", "Paper inserts in gift boxes"), "improve", "done"),
    (say("儿童餐具系列", "Tableware for children"), "new", "declined"),
]  # fmt: skip


class Rates:
    """Rates of the demo's currencies on any day, from memory."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[date, Decimal]]] = {}
        for row in ExchangeRate.objects.order_by("date"):
            self.rows.setdefault(row.currency_id, []).append((row.date, row.rate))

    def on(self, currency: str, day: date) -> Decimal:
        known = [rate for start, rate in self.rows.get(currency, []) if start <= day]
        return known[-1] if known else (self.rows[currency][0][1] if currency in self.rows else Decimal(1))


def build_pipeline(options: Options, clients: list[Client], people: dict[str, User]) -> int:
    """Everything between a name on a list and a contract; answers how many deals."""
    if not clients:
        return 0
    teams = Teams()
    rivals = _competitors()
    campaigns = _campaigns(options, people, teams)
    count = copy_rows(Opportunity, _deals(options, clients, teams, campaigns), at=options.at)
    _hang_on(options, rivals)
    copy_rows(Lead, _leads(options, clients, people, teams, campaigns), at=options.at)
    copy_rows(Observation, _observations(options, clients, teams, rivals), at=options.at)
    _demands(options, people, teams)
    return count


def _competitors() -> list[Competitor]:
    rows = [
        Competitor(name=name, region=region, price_band=band, strengths=good, weaknesses=bad)
        for name, region, band, good, bad in RIVALS
    ]
    return list(Competitor.objects.bulk_create(rows))


def _campaigns(options: Options, people: dict[str, User], teams: Teams) -> list[Campaign]:
    boss, today = people["mona"], options.today
    plans = [
        ("exhibition", say("广交会春季展", "Canton Fair, spring"), -190, 5, "closed", 120, 96),
        ("promotion", say("夏季新品促销", "Summer novelties"), -90, 20, "evaluated", 60, 31),
        ("channel", say("经销商大会", "Dealers' day"), -6, 12, "running", 0, 0),
        ("exhibition", say("法兰克福消费品展", "Ambiente Frankfurt"), 70, 4, "planned", 0, 0),
    ]
    rows = []
    for number, (kind, theme, start, length, state, invited, came) in enumerate(plans, 1):
        first = today + timedelta(days=start)
        rows.append(
            Campaign(
                number=f"YX-{today.year}-{number:05d}", kind=kind, theme=theme, form=say("现场活动", "on site"), start=first,
                end=first + timedelta(days=length), budget=Decimal(20_000 * number), currency_id="CNY", invited=invited,
                attended=came, state=state, owner=boss, team_id=teams.on(boss.pk, today),
                effect=say("线索质量良好", "good leads") if state in ("closed", "evaluated") else "",
                report=say("展后报告已归档", "report on file") if state == "closed" else "",
            )
        )  # fmt: skip
    return list(Campaign.objects.bulk_create(rows))


def _deals(
    options: Options, clients: list[Client], teams: Teams, campaigns: list[Campaign]
) -> Iterator[dict[str, Any]]:
    """One deal in three is still open; of the decided ones three in five are won."""
    dice, rates = options.dice("deals"), Rates()
    goods = list(Product.objects.order_by("code").only("pk", "name", "list_price"))
    reasons = list(LossReason.objects.filter(is_active=True).order_by("position"))
    row_id, counters = next_id(Opportunity), {}
    span = (options.today - options.start).days
    offsets = sorted(dice.randrange(span) for _ in range(min(options.customers, MOST)))
    for offset in offsets:
        opened = options.start + timedelta(days=offset)
        client = dice.choice(clients)
        opened = max(opened, client.since)
        product = dice.choice(goods)
        closed, stage = _fate(dice, opened, options.today)
        day = closed or options.today
        owner = client.owner_on(day)
        amount = round_money((product.list_price or Decimal(10)) * dice.randrange(100, 3000))
        rate = Decimal(1) if client.currency == "CNY" else rates.on(client.currency, day)
        amount = round_money(amount / rate)
        counters[opened.year] = counters.get(opened.year, 0) + 1
        deep = OPEN_STAGES.index(Stage(stage)) if stage in OPEN_STAGES else len(OPEN_STAGES)
        engaged = opened + timedelta(days=dice.randrange(1, 10)) if deep else None
        since = closed or max(opened, options.today - timedelta(days=dice.randrange(1, 50)))
        step_on = options.today + timedelta(days=dice.randrange(-4, 20))
        yield {
            "id": row_id, "code": f"SJ-{opened.year}-{counters[opened.year]:05d}", "customer_id": client.pk,
            "title": f"{product.name} {opened.year}", "product_id": product.pk, "stage": stage, "stage_since": since,
            "owner_id": owner, "team_id": teams.on(owner, day), "amount": amount, "currency_id": client.currency,
            "base_rate": rate, "base_amount": convert(amount, rate),
            "probability": Decimal(ODDS.get(Stage(stage), "1" if stage == Stage.WON else "0")),
            "held_from": Stage.NEEDS if stage == Stage.ON_HOLD else "",
            "expected_close": closed or options.today + timedelta(days=dice.randrange(5, 150)), "created_date": opened,
            "engaged_date": min(engaged, day) if engaged else None, "closed_date": closed,
            "score": dice.randrange(40, 95) if deep >= 1 else None, "intention": dice.randrange(2, 6) if deep >= 3 else None,
            "need_record": dice.choice(NEEDS) if deep >= 3 else "",
            "offer_ref": f"BJ-{opened.year}-{row_id:05d}" if deep >= 4 else "", "offer_date": min(since, day) if deep >= 4 else None,
            "next_step": dice.choice(STEPS), "next_step_on": step_on,
            "deal_paper": f"HT-{opened.year}-{row_id:05d}" if stage == Stage.WON else "",
            "loss_reason_id": dice.choice(reasons).pk if stage == Stage.LOST else None,
            "campaign_id": dice.choice(campaigns[:2]).pk if dice.random() < 0.15 else None,
        }  # fmt: skip
        row_id += 1


def _fate(dice: random.Random, opened: date, today: date) -> tuple[date | None, str]:
    """The day of the decision and what was decided, or the step in which the deal is."""
    closed = opened + timedelta(days=dice.randrange(15, 140))
    roll = dice.random()
    if closed < today:
        return closed, Stage.WON if roll < 0.6 else Stage.LOST
    if roll < 0.06:
        return None, Stage.ON_HOLD
    return None, dice.choices(OPEN_STAGES, weights=[2, 3, 3, 4, 3, 2])[0]


def _hang_on(options: Options, rivals: list[Competitor]) -> None:
    """Products, history, people, competitors and talks of the deals that were loaded."""
    dice = options.dice("deal parts")
    lines, moves, makers, fights, notes = [], [], [], [], []
    contacts = dict(Contact.objects.filter(is_primary=True).values_list("customer", "pk"))
    for deal in Opportunity.objects.order_by("pk"):
        lines.append(
            OpportunityLine(
                opportunity=deal, product_id=deal.product_id, amount=deal.amount, base_amount=deal.base_amount
            )
        )
        moves += _history(deal)
        if deal.stage in (*OPEN_STAGES[2:], Stage.WON) and deal.customer_id in contacts:
            makers.append(
                DecisionMaker(
                    opportunity=deal, contact_id=contacts[deal.customer_id], part=dice.choice(["decides", "influences", "pays"]),
                    stance=dice.choice(["for", "neutral"]),
                )
            )  # fmt: skip
        if dice.random() < 0.35:
            rival = dice.choice(rivals)
            fights.append(
                DealCompetitor(
                    opportunity=deal, competitor=rival, standing=dice.choice(["ahead", "even", "behind"])
                )
            )
            if deal.stage == Stage.LOST:
                deal.lost_to = rival
                deal.save(update_fields=["lost_to"])
        if deal.stage in (Stage.NEGOTIATION, Stage.WON):
            notes.append(
                NegotiationNote(
                    opportunity=deal, date=deal.stage_since, topic=dice.choice(["price", "payment", "delivery"]),
                    asked=say("希望账期 60 天", "wants 60 days"), answered=say("45 天可以", "45 days are possible"),
                    author_id=deal.owner_id,
                )
            )  # fmt: skip
    for model, rows in (
        (OpportunityLine, lines), (StageMove, moves), (DecisionMaker, makers), (DealCompetitor, fights),
        (NegotiationNote, notes),
    ):  # fmt: skip
        model._default_manager.bulk_create(rows, batch_size=1000)


def _history(deal: Opportunity) -> Iterator[StageMove]:
    """The steps up to where the deal is, spread over its days."""
    last = deal.held_from or (Stage.NEGOTIATION if deal.closed_date else deal.stage)
    way = [*OPEN_STAGES[: OPEN_STAGES.index(Stage(last)) + 1]]
    if deal.stage not in OPEN_STAGES:
        way.append(Stage(deal.stage))
    days = max((deal.stage_since - deal.created_date).days, 0)
    before, day = "", deal.created_date
    for place, stage in enumerate(way):
        on = deal.created_date + timedelta(days=days * place // max(len(way) - 1, 1))
        yield StageMove(
            opportunity=deal, from_stage=before, to_stage=stage, date=on, days=(on - day).days, owner_id=deal.owner_id,
            at=timezone.make_aware(datetime.combine(on, time(11))), actor_id=deal.owner_id, team_id=deal.team_id,
            base_amount=deal.base_amount,
        )  # fmt: skip
        before, day = stage, on


def _leads(
    options: Options, clients: list[Client], people: dict[str, User], teams: Teams, campaigns: list[Campaign]
) -> Iterator[dict[str, Any]]:
    dice = options.dice("leads")
    reps = [people[name] for name in ("alice", "dawei", "carol") if name in people]
    row_id, counters = next_id(Lead), {}
    span = (options.today - options.start).days
    for offset in sorted(dice.randrange(span) for _ in range(min(options.customers // 2, MOST))):
        day = options.start + timedelta(days=offset)
        city, region, country = dice.choice(TOWNS)
        name = f"{city}{dice.choice(words.BRANDS)}{dice.choice(words.TRADES)} {row_id}"
        age = (options.today - day).days
        decided = dice.choice([LeadState.QUALIFIED, LeadState.DISQUALIFIED, LeadState.DISQUALIFIED])
        state = decided if age > 30 else dice.choice([LeadState.NEW, LeadState.CONTACTED])
        owner = None if age <= 30 and dice.random() < 0.25 else dice.choice(reps)
        touched = day if age > 30 else min(options.today, day + timedelta(days=dice.randrange(0, 20)))
        closed = min(day + timedelta(days=dice.randrange(3, 25)), options.today) if age > 30 else None
        source = dice.choice(LeadSource.values[:5])
        counters[day.year] = counters.get(day.year, 0) + 1
        yield {
            "id": row_id, "number": f"XS-{day.year}-{counters[day.year]:05d}", "name": name, "name_key": name_key(name),
            "contact_name": dice.choice(words.SURNAMES) + dice.choice(words.GIVEN), "source": source,
            "phone": DIALS[country] + "".join(str(dice.randrange(10)) for _ in range(8)), "country": country, "region": region,
            "campaign_id": campaigns[0].pk if source == LeadSource.EXHIBITION else None, "need": dice.choice(NEEDS),
            "potential": Decimal(dice.randrange(5, 200)) * 10_000, "currency_id": "CNY",
            "score": dice.randrange(20, 95) if dice.random() < 0.7 else None, "state": state,
            "owner_id": owner.pk if owner else None, "team_id": teams.on(owner.pk, closed or options.today) if owner else None,
            "created_date": day, "touched_date": closed or touched, "closed_date": closed,
            "contacted_date": day if state == LeadState.CONTACTED else None,
            "reason": say("暂无采购计划", "no plans to buy") if state == LeadState.DISQUALIFIED else "",
            "customer_id": dice.choice(clients).pk if state == LeadState.QUALIFIED else None,
        }  # fmt: skip
        row_id += 1


def _observations(
    options: Options, clients: list[Client], teams: Teams, rivals: list[Competitor]
) -> Iterator[dict[str, Any]]:
    dice = options.dice("market")
    goods = list(Product.objects.order_by("code")[:12])
    row_id = next_id(Observation)
    span = (options.today - options.start).days
    for offset in sorted(dice.randrange(span) for _ in range(min(options.customers // 3 + 12, 200))):
        day = options.start + timedelta(days=offset)
        rival, client, topic = dice.choice(rivals), dice.choice(clients), dice.choice(list(FACTS))
        product = dice.choice(goods)
        priced = topic == FactTopic.PRICE
        owner = client.owner_on(day)
        yield {
            "id": row_id, "competitor_id": rival.pk, "topic": topic, "fact": f"{rival.name}: {FACTS[topic]}",
            "product_id": product.pk if priced else None, "seen_on": day, "region": client.region,
            "price": round_money(product.list_price * Decimal(dice.randrange(82, 118)) / 100, 2) if priced else None,
            "currency_id": "CNY" if priced else None, "source": dice.choice([FactSource.FIELD, FactSource.CUSTOMER]),
            "reliability": dice.choice(Reliability.values), "customer_id": client.pk, "owner_id": owner,
            "team_id": teams.on(owner, day),
        }  # fmt: skip
        row_id += 1


def _demands(options: Options, people: dict[str, User], teams: Teams) -> None:
    alice, otto = people["alice"], people.get("otto", people["mona"])
    rows = []
    for number, (title, kind, state) in enumerate(DEMANDS, 1):
        day = options.today - timedelta(days=14 * number)
        decided = state not in ("new", "in_review")
        rows.append(
            ProductDemand(
                number=f"CP-{options.today.year}-{number:05d}", title=title, need=say("多家客户提出", "several customers ask for it"),
                kind=kind, state=state, raised_on=day, owner=alice, team_id=teams.on(alice.pk, day),
                answer=say("已评估，见说明", "evaluated; see the note") if decided else "",
                answered_at=options.at if decided else None, answered_by=otto if decided else None,
            )
        )  # fmt: skip
    ProductDemand.objects.bulk_create(rows)
