"""What marketing has in hand: studies with their reports, target markets, partners, a requirement document."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from customers.choices.market import CampaignState
from customers.models import Campaign, ProductDemand
from customers.services import campaigns, partners, requirement_papers, studies
from performance.demo.options import Options
from performance.demo.words import say
from salesops.accounts.models import User
from salesops.catalog.models import Currency


def build_research(options: Options, people: dict[str, User]) -> None:
    """Called last: numbers go on from those of the market that is there."""
    at, today = options.at, options.today
    boss, alice = people["mona"], people["alice"]
    report = studies.save_study(
        actor=alice, at=at, subject=say("玻璃保鲜盒酒店渠道调研", "Glass boxes for hotels"), start=today - timedelta(days=40),
        goal=say("判断酒店渠道的需求与价格带", "Need and price band of hotels"),
        method=say("访谈二十家酒店采购，走访三个批发市场", "Twenty hotel buyers, three wholesale markets"),
        end=today - timedelta(days=12), due_on=today - timedelta(days=5), region=say("华东", "East China"),
    )  # fmt: skip
    studies.report_study(
        actor=alice, at=at, study=report, findings=say("中端酒店每年更换一次，关注密封与叠放", "Mid-range hotels renew yearly; lids and stacking count"),
        conclusions=say("推出可叠放套装，按年框架供货", "Offer stacking sets under yearly agreements"),
    )  # fmt: skip
    report = studies.publish_study(actor=boss, at=at, study=report, note=say("数据充分", "well founded"))
    studies.save_study(
        actor=boss, at=at, subject=say("东南亚经销商格局", "Dealers in South-East Asia"), start=today,
        goal=say("选定两家区域经销商", "Choose two regional dealers"), method=say("展会走访与海关数据", "Fairs and customs data"),
        end=today + timedelta(days=30), due_on=today + timedelta(days=35),
    )  # fmt: skip
    studies.save_market(
        actor=boss, at=at, name=say("华东中端连锁酒店", "Mid-range hotel chains, East China"), region=say("华东", "East China"),
        traits=say("十家以上门店，集中采购", "Ten houses or more, central buying"), size=Decimal(32_000_000),
        currency=Currency.objects.get(code="CNY"), size_source=say("行业年鉴", "Yearbook of the trade"),
        potential=say("年增长约一成", "Grows by a tenth a year"), entry=say("先样板酒店，再进集采名录", "A model house first, then the buying list"),
        difference=say("一周补货，破损包换", "Refill within a week, breakage replaced"), study=report,
    )  # fmt: skip
    agent = partners.save_partner(
        actor=boss, at=at, name=say("宁波海运代理", "Ningbo Sea Agents"), kind="service", contact=say("周敏", "Zhou Min"),
        agreement=say("年度货代协议", "Yearly forwarding agreement"), agreed_from=today.replace(day=1) - timedelta(days=120),
        contact_every=30, rights=say("优先舱位", "Space first"), duties=say("月度订舱预测", "A forecast every month"),
    )  # fmt: skip
    partners.talk_to_partner(
        actor=boss, at=at, partner=agent, day=today - timedelta(days=35), way="visit",
        opinions=say("旺季预测偏晚", "Forecasts come late in the season"), improvement=say("每月 20 日前给出预测", "Forecast by the 20th"),
    )  # fmt: skip
    asked = list(ProductDemand.objects.filter(state__in=requirement_papers.OPEN).order_by("pk")[:3])
    if asked:
        requirement_papers.save_paper(
            actor=people["otto"], at=at, demands=asked, title=say("新一代密封盖", "The next lid"),
            function=say("单手开合，防漏", "Opens with one hand, does not leak"),
            performance=say("一万次开合不变形", "Ten thousand times without bending"),
            interface=say("兼容现有盒体", "Fits the boxes of today"),
        )  # fmt: skip
    for campaign in Campaign.objects.filter(state=CampaignState.RUNNING).order_by("pk")[:1]:
        campaigns.set_material(
            actor=boss, at=at, campaign=campaign, name=say("样品", "Samples"), quantity=60, ready=True
        )
        campaigns.hear_feedback(
            actor=alice,
            at=at,
            campaign=campaign,
            words=say("新品讲解清楚，资料偏少", "Well explained, too few papers"),
            mark=4,
        )
        campaigns.adjust_campaign(
            actor=boss,
            at=at,
            campaign=campaign,
            adjustment=say("补印双语资料", "Papers in two languages are printed"),
        )
