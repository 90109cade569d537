"""People, teams, goods, prices and rates of the demo company."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.hashers import make_password

from performance.demo import words
from performance.demo.options import Options
from performance.demo.people import POSTS, TEAMS
from performance.demo.words import say
from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.catalog.models import (
    Currency,
    ExchangeRate,
    PaymentTerm,
    PriceEntry,
    PriceList,
    Product,
    TermBase,
)
from salesops.core.money import round_money
from salesops.core.periods import Period

PASSWORD = "salesops-demo"  # noqa: S105 - printed on purpose; the demo is refused in production
RATES = {"USD": Decimal("7.15"), "EUR": Decimal("7.80"), "TWD": Decimal("0.224")}
LIMITS = {"lead": Decimal(50_000), "manager": Decimal(500_000), "gm": None, "finance": Decimal(200_000)}


def build_people(options: Options) -> dict[str, User]:
    """Nine units and thirty people with dated memberships; Leo has left, Da Wei moved teams in the middle."""
    teams: dict[str, Team] = {}
    for code, name, kind, parent, _head in TEAMS:
        team = Team.objects.create(code=code, name=name, kind=kind, parent=teams.get(parent or ""))
        team.path = f"{teams[parent].path if parent else '/'}{team.pk}/"
        team.save(update_fields=["path"])
        teams[code] = team
    joined = options.start - timedelta(days=400)
    secret = make_password(PASSWORD)
    people: dict[str, User] = {}
    for index, post in enumerate(POSTS, 1):
        people[post.username] = User.objects.create(
            username=post.username, name=post.name, email=f"{post.username}@hengxin.example", password=secret,
            staff_no=f"S{index:03d}", phone=f"+86138000{index:05d}", superior=people.get(post.superior),
            joined_date=joined, demo_line=post.line,
        )  # fmt: skip
    _memberships(options, teams, people, joined)
    for code, _name, _kind, _parent, head in TEAMS:
        teams[code].head = people[head]
        teams[code].save(update_fields=["head"])
    return people


def _memberships(options: Options, teams: dict[str, Team], people: dict[str, User], joined: date) -> None:
    middle = Period.month_of(options.start + (options.today - options.start) / 2).start
    left = options.today - timedelta(days=75)
    for post in POSTS:
        user = people[post.username]
        end = left if post.username == "leo" else None
        if post.username == "dawei":
            Membership.objects.create(
                user=user, team=teams["EAST"], from_date=joined, to_date=middle - timedelta(days=1)
            )
            Membership.objects.create(user=user, team=teams[post.team], from_date=middle)
        else:
            Membership.objects.create(user=user, team=teams[post.team], from_date=joined, to_date=end)
        for role in post.roles:
            RoleGrant.objects.create(
                user=user, role=role, from_date=joined, to_date=end, amount_limit=LIMITS.get(role),
                granted_by=people.get("root"),
            )  # fmt: skip
    leo = people["leo"]
    leo.left_date, leo.leave_reason, leo.is_active = left, "moved to another city", False
    leo.save(update_fields=["left_date", "leave_reason", "is_active"])


def build_terms() -> dict[str, PaymentTerm]:
    """The payment terms that the demo's customers have; existing ones of the same rule are reused."""
    wanted = {
        "net30": (TermBase.INVOICE, 30, say("30 天", "30 days")),
        "net60": (TermBase.INVOICE, 60, say("60 天", "60 days")),
        "eom30": (TermBase.END_OF_MONTH, 30, say("月结 30 天", "30 days end of month")),
        "net90": (TermBase.INVOICE, 90, say("90 天", "90 days")),
    }
    terms = {}
    for code, (base, days, name) in wanted.items():
        found = PaymentTerm.objects.filter(base=base, days=days, fixed_day=None).order_by("pk").first()
        terms[code] = found or PaymentTerm.objects.create(code=code.upper(), name=name, base=base, days=days)
    return terms


def build_goods(options: Options) -> list[Product]:
    """About a hundred products with packing data, and two price lists with a rise in the second year."""
    dice = options.dice("goods")
    for code in {settings.BASE_CURRENCY, *RATES}:
        Currency.objects.get_or_create(code=code, defaults={"name": code})
    _rates(options)
    products = []
    number = 0
    for category, names in words.CATEGORIES.items():
        for name in names:
            for size in words.SIZES[: dice.choice([2, 3])]:
                number += 1
                price = Decimal(dice.randrange(900, 26000)) / 100
                length, width, height = (Decimal(dice.randrange(25, 65)) for _ in range(3))
                products.append(
                    Product(
                        code=f"HX-{number:04d}", name=f"{name} {size}", category=category, spec=size, unit="pcs",
                        list_price=price, floor_price=round_money(price * Decimal("0.85")),
                        cost_price=round_money(price * Decimal(dice.randrange(52, 70)) / 100),
                        currency_id=settings.BASE_CURRENCY, tax_rate=Decimal("0.13"),
                        pieces_per_carton=dice.choice([6, 12, 24, 48]),
                        carton_length=length, carton_width=width, carton_height=height,
                        cbm=length * width * height / 1_000_000, gross_weight=Decimal(dice.randrange(40, 220)) / 10,
                    )
                )  # fmt: skip
    Product.objects.bulk_create(products)
    _prices(options, products)
    return products


def _rates(options: Options) -> None:
    dice = options.dice("rates")
    rows = []
    for code, rate in RATES.items():
        value = rate
        period = Period.month_of(options.start).previous()
        while period.start <= options.today:
            rows.append(ExchangeRate(currency_id=code, date=period.start, rate=value))
            value = (value * Decimal(1000 + dice.randrange(-12, 13)) / 1000).quantize(Decimal("0.0001"))
            period = period.next()
    ExchangeRate.objects.bulk_create(rows)


def _prices(options: Options, products: list[Product]) -> None:
    rise = Period.year_of(options.today).start
    home = PriceList.objects.create(code="HOME", name="内销 Domestic", currency_id=settings.BASE_CURRENCY)
    export = PriceList.objects.create(code="EXPORT", name="外销 Export", currency_id="USD")
    rows = []
    for product in products:
        for price_list, price in ((home, product.list_price), (export, product.list_price / RATES["USD"])):
            first = options.start - timedelta(days=365)
            rows.append(
                PriceEntry(
                    price_list=price_list, product=product, price=round_money(price * Decimal("0.96"), 2),
                    from_date=first, to_date=rise - timedelta(days=1),
                )
            )  # fmt: skip
            rows.append(
                PriceEntry(
                    price_list=price_list, product=product, price=round_money(price, 2), from_date=rise
                )
            )
    PriceEntry.objects.bulk_create(rows)
