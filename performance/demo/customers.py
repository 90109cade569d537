"""Customer files with contacts, addresses and ownership history; visits."""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from customers.choices import AddressKind, CustomerClass, CustomerKind, VisitKind, VisitState
from customers.models import Address, Contact, Customer, CustomerOwnership, GroupLink, Visit
from customers.naming import name_key
from performance.demo import words
from performance.demo.bulk import copy_rows, next_id
from performance.demo.options import Options
from performance.demo.people import POSTS
from performance.demo.words import say
from salesops.accounts.models import Membership, User

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, i, 31) for i in range(17)]


@dataclass
class Client:
    """What the generator of orders and money needs to know of a customer."""

    pk: int
    region: str
    currency: str
    term: str
    owners: list[tuple[date, int]]  # from which day, which person
    since: date
    weight: int
    habit: int  # usual days after the due date at which this customer pays
    export: bool

    def owner_on(self, day: date) -> int:
        """Primary key of who had the customer on a day."""
        return [person for start, person in self.owners if start <= day or start == self.owners[0][0]][-1]


class Chooser:
    """Picks a customer by weight among those that were customers on a day."""

    def __init__(self, clients: list[Client], dice: random.Random) -> None:
        self.dice = dice
        self.clients = sorted(clients, key=lambda c: (c.since, c.pk))
        self.since = [c.since for c in self.clients]
        self.sums = list(itertools.accumulate(max(c.weight, 1) for c in self.clients))

    def on(self, day: date) -> Client | None:
        known = bisect.bisect_right(self.since, day)
        if not known:
            return None
        pick = self.dice.random() * self.sums[known - 1]
        return self.clients[bisect.bisect_right(self.sums, pick, 0, known - 1)]


class Teams:
    """Which team a person was in on a day, from memory."""

    def __init__(self) -> None:
        self.rows: dict[int, list[tuple[date, date | None, int]]] = {}
        for row in Membership.objects.order_by("user_id", "from_date"):
            self.rows.setdefault(row.user_id, []).append((row.from_date, row.to_date, row.team_id))

    def on(self, person: int, day: date) -> int | None:
        for start, end, team in self.rows.get(person, []):
            if start <= day and (end is None or day <= end):
                return team
        return None


def build_customers(options: Options, people: dict[str, User], terms: dict[str, Any]) -> list[Client]:
    """Load the files and answer what the later steps need."""
    dice = options.dice("customers")
    teams = Teams()
    reps = {code: [p for p in POSTS if p.team == code and "rep" in p.roles] for code in words.HOME}
    clients: list[Client] = []
    files: list[dict[str, Any]] = []
    first = next_id(Customer)
    for index in range(options.customers):
        unit = dice.choices(list(words.HOME), weights=[4, 4, 2, 3])[0]
        region, country, currency, cities = dice.choice(words.HOME[unit])
        owner = people[dice.choice(reps[unit]).username]
        since = options.start - timedelta(days=dice.randrange(-int(options.months * 30), 900))
        since = min(since, options.today - timedelta(days=3))
        tongue = words.TONGUES.get(country, words.ELSEWHERE)
        name, short = _name(dice, country, dice.choice(cities), index)
        term = dice.choices(["net30", "eom30", "net60", "net90"], weights=[5, 4, 3, 1])[0]
        kind = CustomerClass.IMPORTANT if index % 6 == 0 else CustomerClass.GENERAL
        if index % 11 == 7:
            kind = CustomerClass.POTENTIAL
        client = Client(
            pk=first + index, region=region, currency=currency, term=term, since=since,
            owners=_owners(dice, options, owner, people, since),
            weight=0 if kind == CustomerClass.POTENTIAL else (9 if index % 6 == 0 else dice.randrange(1, 5)),
            habit=dice.choices([-3, 2, 12, 40, 90], weights=[30, 40, 20, 8, 2])[0], export=country != "CN",
        )  # fmt: skip
        clients.append(client)
        now_owner = client.owners[-1][1]
        files.append(
            {
                "id": client.pk, "code": f"KH-{since.year}-{index + 1:05d}", "name": name, "short_name": short,
                "name_key": name_key(name), "kind": CustomerKind.COMPANY if country == "CN" else CustomerKind.OVERSEAS,
                "customer_class": kind, "industry": dice.choice(words.INDUSTRIES)[tongue], "region": region,
                "country": country, "address": f"{dice.choice(cities)} {dice.randrange(1, 999)}",
                "phone": _phone(dice, country), "tax_number": _tax_number(dice, country),
                "owner_id": now_owner, "team_id": teams.on(now_owner, options.today),
                "source": dice.choice(words.SOURCES)[tongue], "created_date": since,
                "annual_revenue": Decimal(dice.randrange(50, 9000)) * 10_000, "employees": dice.randrange(5, 2500),
                "parent_id": first + dice.randrange(0, index) if index > 40 and index % 37 == 0 else None,
                "currency_id": currency, "payment_term_id": terms[term].pk,
                "yearly_potential": Decimal(20_000 * (1 + index * 7 % 40)),
                "confirmed_on": max(since, options.today - timedelta(days=index * 31 % 500)),
                "preferences": words.WISHES[index % len(words.WISHES)] if index % 3 == 0 else "",
                "credit_limit": Decimal(dice.choice([50, 100, 200, 500, 1000])) * 1000,
            }
        )  # fmt: skip
    copy_rows(Customer, files, at=options.at)
    copy_rows(CustomerOwnership, _ownerships(clients, teams), at=options.at)
    copy_rows(GroupLink, _groups(files), at=options.at)
    copy_rows(Contact, _contacts(options, clients), at=options.at)
    copy_rows(Address, _addresses(options, files), at=options.at)
    return clients


def _owners(
    dice: random.Random, options: Options, owner: User, people: dict[str, User], since: date
) -> list[tuple[date, int]]:
    owners = [(since, owner.pk)]
    leo = people["leo"]
    if owner.pk == leo.pk and leo.left_date:
        owners.append((max(leo.left_date, since) + timedelta(days=1), people["alice"].pk))
    elif dice.random() < 0.06 and since < options.today - timedelta(days=200):
        others = [p for p in POSTS if "rep" in p.roles and p.username not in (owner.username, "leo")]
        day = since + timedelta(days=dice.randrange(60, (options.today - since).days - 30))
        owners.append((day, people[dice.choice(others).username].pk))
    return owners


def _name(dice: random.Random, country: str, city: str, index: int) -> tuple[str, str]:
    serial = f" {index}" if index >= 400 else ""
    if country == "CN":
        short = f"{city}{dice.choice(words.BRANDS)}{dice.choice(words.TRADES)}{serial}"
        return f"{short}有限公司", short
    if country == "TW":
        short = f"{dice.choice(words.BRANDS_TW)}{dice.choice(words.TRADES_TW)}{serial}"
        return f"{short}股份有限公司", short
    short = f"{dice.choice(words.ABROAD)} {dice.choice(words.ABROAD_TRADES)} {city}{serial}"
    return f"{short} {words.ABROAD_FORMS[country]}", short


def _phone(dice: random.Random, country: str) -> str:
    prefix = {"CN": "+86139", "TW": "+8869", "US": "+1206", "DE": "+4940", "SG": "+65"}[country]
    return prefix + "".join(str(dice.randrange(10)) for _ in range(8 if country != "US" else 7))


def _tax_number(dice: random.Random, country: str) -> str:
    if country == "CN":
        body = "91" + "".join(str(dice.randrange(10)) for _ in range(6))
        body += "".join(dice.choice(USCC) for _ in range(9))
        total = sum(USCC.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
        return body + USCC[(31 - total % 31) % 31]
    if country == "TW":
        while True:
            digits = [dice.randrange(10) for _ in range(8)]
            weights = (1, 2, 1, 2, 1, 2, 4, 1)
            total = sum(sum(divmod(d * w, 10)) for d, w in zip(digits, weights, strict=True))
            if total % 5 == 0 and any(digits):
                return "".join(map(str, digits))
    return ""


def _ownerships(clients: list[Client], teams: Teams) -> Iterator[dict[str, Any]]:
    row_id = next_id(CustomerOwnership)
    for client in clients:
        for (start, person), following in zip(client.owners, [*client.owners[1:], None], strict=True):
            end = following[0] - timedelta(days=1) if following else None
            yield {
                "id": row_id, "customer_id": client.pk, "owner_id": person, "from_date": start, "to_date": end,
                "team_id": teams.on(person, start), "share": Decimal(1), "reason": "",
            }  # fmt: skip
            row_id += 1


def _groups(files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Members belong to their group since both are on file."""
    since = {file["id"]: file["created_date"] for file in files}
    members = [file for file in files if file["parent_id"]]
    for row_id, file in enumerate(members, next_id(GroupLink)):
        yield {
            "id": row_id, "customer_id": file["id"], "parent_id": file["parent_id"], "to_date": None,
            "from_date": max(file["created_date"], since[file["parent_id"]]), "reason": "",
        }  # fmt: skip


def _contacts(options: Options, clients: list[Client]) -> Iterator[dict[str, Any]]:
    dice = options.dice("contacts")
    row_id = next_id(Contact)
    for client in clients:
        for number in range(dice.choice([1, 2, 2, 3])):
            if client.export and client.currency != "TWD":
                name, post = (
                    f"{dice.choice('ABCDEFGHJKLMNRST')}. {dice.choice(words.ABROAD)}",
                    words.POSTS_ABROAD,
                )
            else:
                name, post = dice.choice(words.SURNAMES) + dice.choice(words.GIVEN), words.POSTS
            yield {
                "id": row_id, "customer_id": client.pk, "name": name, "title": dice.choice(post),
                "phone": _phone(dice, "CN" if not client.export else "TW"),
                "email": f"c{client.pk}.{number}@customer.example" if dice.random() < 0.85 else "",
                "is_primary": number == 0, "part": ("decides", "buys", "uses")[number],
            }  # fmt: skip
            row_id += 1


def _addresses(options: Options, files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    dice = options.dice("addresses")
    row_id = next_id(Address)
    for file in files[:: 1 if not options.is_load else 10]:
        if dice.random() < 0.5:
            yield {
                "id": row_id, "customer_id": file["id"], "kind": AddressKind.SHIP, "receiver": "仓库 Warehouse",
                "text": f"{file['address']} B{dice.randrange(1, 9)}", "phone": file["phone"],
                "is_default": True,
            }  # fmt: skip
            row_id += 1


def build_visits(options: Options, clients: list[Client]) -> int:
    """Visits over the whole history, planned ones ahead; a few cancelled, a few unplanned."""
    return copy_rows(Visit, _visits(options, clients), at=options.at)


def _visits(options: Options, clients: list[Client]) -> Iterator[dict[str, Any]]:
    dice = options.dice("visits")
    teams, choose = Teams(), Chooser(clients, dice)
    row_id = next_id(Visit)
    span = (options.today - options.start).days + 14
    counters: dict[int, int] = {}
    days = sorted(dice.randrange(span) for _ in range(options.visits))
    for offset in days:
        day = options.start + timedelta(days=offset)
        day -= timedelta(days=max(0, day.weekday() - 4))
        client = choose.on(day)
        if client is None:
            continue
        person = client.owner_on(day)
        state = _visit_state(dice, day, options.today)
        counters[day.year] = counters.get(day.year, 0) + 1
        moment = timezone.make_aware(datetime(day.year, day.month, day.day, dice.randrange(9, 17), 30))
        if moment > options.at:
            state = VisitState.PLANNED  # later today
        done = state == VisitState.DONE
        yield {
            "id": row_id, "number": f"BF-{day.year}-{counters[day.year]:05d}", "customer_id": client.pk,
            "owner_id": person, "team_id": teams.on(person, day), "state": state,
            "visit_date": day,
            "kind": dice.choices([VisitKind.VISIT, VisitKind.RETURN_VISIT, VisitKind.CALL, VisitKind.ONLINE],
                                 weights=[5, 3, 2, 1])[0],
            "planned_date": None if done and dice.random() < 0.12 else day,
            "visited_at": moment if done else None, "purpose": dice.choice(words.PURPOSES),
            "result": dice.choice(words.RESULTS) if done else "",
            "next_step": dice.choice(words.NEXT_STEPS) if done and dice.random() < 0.4 else "",
            "next_date": day + timedelta(days=dice.randrange(5, 30)) if done and dice.random() < 0.4 else None,
            "cancel_reason": say("客户临时有事", "customer not available") if state == VisitState.CANCELLED else "",
        }  # fmt: skip
        row_id += 1


def _visit_state(dice: random.Random, day: date, today: date) -> str:
    if day > today:
        return VisitState.PLANNED
    if day == today:
        return dice.choice([VisitState.PLANNED, VisitState.PLANNED, VisitState.DONE])
    roll = dice.random()
    if roll < 0.06:
        return VisitState.CANCELLED
    # What was planned and not logged is new; of the old ones hardly any is left.
    forgotten = 0.12 if (today - day).days <= 14 else 0.065
    return VisitState.PLANNED if roll < forgotten else VisitState.DONE
