"""The jobs of quality §5 with their yardsticks."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.utils import timezone

from customers.models import Contact, Customer, Lead, Opportunity, PoolCustomer, Visit
from orders.models import Order
from performance.kpis.definition import Dimension, KpiDef
from performance.kpis.registry import stored_kpis
from performance.models import Snapshot
from performance.selectors.figures import ask, sums
from receivables.models import Receivable, Reminder
from receivables.selectors.ageing import AgeingQuery, ageing_report
from receivables.services.reminders import send_reminders
from salesops.accounts.models import User
from salesops.audit.models import AuditLink
from salesops.audit.services import record
from salesops.core.periods import Period
from salesops.search.services import index_recent
from tests.benchmarks.http import http_jobs
from tests.benchmarks.imports import import_jobs
from tests.benchmarks.run import Absolute, Job, seconds

SQL = Path(__file__).parent / "sql"
TODAY = date(2026, 10, 31)
PAST = date(2026, 3, 31)
NOW = timezone.make_aware(datetime(2026, 10, 31, 12))
MONTH = Period.month(2026, 9)
Act = Callable[[], Any]
Get = Callable[[str], Act]


def statement(name: str, **params: Any) -> Callable[[], list[tuple[Any, ...]]]:
    """Runs the statements of one file in one transaction; answers the rows of the last."""
    texts = (SQL / f"{name}.sql").read_text().split("\n--;\n")

    def act() -> list[tuple[Any, ...]]:
        with transaction.atomic(), connection.cursor() as cursor:
            for text in texts:
                cursor.execute(text, params)
            return cursor.fetchall() if cursor.description else []

    return act


def jobs(only: str = "") -> Iterator[Job | Absolute]:
    """All jobs in order; what needs a server or another database is only begun when it is asked for."""
    yield from ledger_jobs()
    yield from figure_jobs()
    yield from page_jobs()
    if not only or any(word in only for word in ("HTTP", "order", "32", "memory", "export")):
        yield from http_jobs()
    if not only or "import" in only:
        yield from import_jobs()


def ledger_jobs() -> Iterator[Job | Absolute]:
    def total(found: Any) -> Any:
        """What is outstanding in all; of the yardstick the last column of its first row."""
        return found.total.outstanding if hasattr(found, "total") else found[0][-1]

    for day in (PAST, date(2025, 3, 31)):
        yield Job(
            f"ageing as of {day}, by customer", lambda day=day: ageing_report(AgeingQuery(day)),
            statement("ageing_as_of", as_of=day), "SQL", 2, 1.3, total,
        )  # fmt: skip
    yield Job(
        "ageing today from stored balances", lambda: ageing_report(AgeingQuery(TODAY, stored=True)),
        statement("ageing_today", as_of=TODAY), "SQL", 2, 1.3, total,
    )  # fmt: skip
    yield Job(
        "reminders of a day, previewed",
        lambda: send_reminders(TODAY, actor=None, at=NOW, dry_run=True),
        statement("reminders", as_of=TODAY), "INSERT..SELECT", 3, 1.5,
    )  # fmt: skip
    yield Absolute("reminders of a day, sent", reminders_sent, "s", 60, 15)


def reminders_sent() -> tuple[float, str]:
    """The whole run of a day, with reminders, report, notices and mails; undone afterwards."""
    with transaction.atomic():
        took, _result = seconds(lambda: send_reminders(TODAY, actor=None, at=NOW, dry_run=False))
        count = Reminder.objects.filter(date=TODAY).count()
        transaction.set_rollback(True)
    return took, f"{count} reminders, {count / took:.0f} a second"


def figure_jobs() -> Iterator[Job]:
    """What the roll-up computes: all KPIs of a month in one statement, here summed by person."""
    kpis = list(stored_kpis())

    def ours(month: Period) -> Any:
        question, _frozen = ask(kpis, [month], today=TODAY, closed={}, live=True)
        return sums(question, Dimension.STAFF)

    def yardstick(month: Period) -> Any:
        return statement("month_kpis", first=month.start, last=month.end)()

    months = [Period.month(2024 + n // 12, n % 12 + 1) for n in range(34)]
    name = "every KPI, by person"
    yield Job(f"{name}, one month", lambda: ours(MONTH), lambda: yardstick(MONTH), "SQL", 2, 1.3)
    yield Job(
        f"{name}, 34 months live, one after the other", lambda: [ours(m) for m in months],
        lambda: [yardstick(m) for m in months], "SQL", 2, 1.3, rounds=1, warm=False,
    )  # fmt: skip
    yield Absolute(f"{name}, 34 months from frozen sums", frozen_months, "s", 60, 10)
    revisit = [kpi for kpi in kpis if kpi.code == "revisit"]
    yield Absolute(
        "revisit rate of a month, counted live", lambda: counted_live(revisit), "ms", 10_000, 2_000
    )


def frozen_months() -> tuple[float, str]:
    """All months in one question, as a dashboard asks: closed ones from their sums, the open one counted."""
    months = [Period.month(2024 + n // 12, n % 12 + 1) for n in range(34)]
    question, _frozen = ask(list(stored_kpis()), months, today=TODAY)
    took, rows = seconds(lambda: sums(question, Dimension.STAFF))
    return took, f"{len(rows)} sums"


def counted_live(kpis: Sequence[KpiDef]) -> tuple[float, str]:
    question, _frozen = ask(kpis, [MONTH], today=TODAY, closed={}, live=True)
    took, rows = seconds(lambda: sums(question, Dimension.STAFF))
    return took * 1000, f"{len(rows)} sums"


def signed_in(username: str) -> tuple[Client, Get]:
    """A client of a person, and a function that makes requests of paths."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[-1])

    def get(path: str) -> Callable[[], Any]:
        def act() -> int:
            # what follows a page is asked for by its script
            response = client.get(path, headers={"hx-request": "true"} if "part=" in path else None)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            if response.status_code not in (200, 302):
                raise AssertionError(f"{path} answered {response.status_code}")
            return len(body)

        return act

    return client, get


def page_jobs() -> Iterator[Job | Absolute]:
    settings.ROOT_URLCONF = "tests.benchmarks.floor"
    settings.ALLOWED_HOSTS = ["testserver"]
    client, get = signed_in("mona")
    floor = get("/floor-list/")
    customer = with_timeline(Customer.objects.order_by("pk").first())
    order = Order.objects.order_by("-pk").first()
    assert customer and order
    pages = {
        "orders": "/orders/orders/", "customers": "/customers/customers/", "visits": "/customers/visits/",
        "receivables": "/receivables/receivables/",
    }  # fmt: skip
    for name, path in pages.items():
        yield Job(f"list of {name}, first page", get(path), floor, "floor list", 4, 2, queries=8)
        deep = _thousandth(client, path)
        if deep:
            yield Job(f"list of {name}, page 1000", get(deep), get(path), "its first page", 1.5, 1.1)
    yield from search_jobs(get, floor, order, customer)
    yield Job(
        "orders of a state, by total",
        get("/orders/orders/?state=confirmed&sort=-total"),
        floor,
        "floor list",
        4,
        2,
        queries=8,
    )
    yield Job(
        "customer page", get(f"/customers/customers/{customer.pk}/"), floor, "floor list", 4, 2, queries=12
    )
    yield from work_jobs(word=customer.name[:4])
    yield Job("page of KPIs", get("/performance/kpis/"), floor, "floor list", 3, 1.5, queries=12)
    for name in ("team", "finance", "company"):
        yield Job(
            f"dashboard {name}",
            get(f"/dashboards/{name}/?period=2026-09"),
            floor,
            "floor list",
            3,
            1.5,
            queries=12,
        )
    for name in ("team", "finance", "company"):
        for month in ("2026-09", "2026-10"):
            path = f"/dashboards/{name}/?period={month}"
            yield Absolute(
                f"dashboard {name} of {month}, not drawn before, opens", opening(get, path), "ms", 300, 50
            )
            yield Absolute(
                f"dashboard {name} of {month}, its figures follow", following(get, path), "ms", 10_000, 1_000
            )


def work_jobs(word: str) -> Iterator[Job]:
    """Lists, searches and records of customer work, for who sees all of it and for a rep."""
    for person, role in (("mona", "manager"), ("alice", "rep")):
        get = signed_in(person)[1]
        floor = get("/floor-list/")
        own: dict[str, Any] = {"owner__username": "alice"}
        deal = Opportunity.objects.filter(**own, closed_date__isnull=True).order_by("-pk").first()
        lead = Lead.objects.filter(**own).order_by("-pk").first()
        visit = Visit.objects.filter(**own).order_by("-pk").first()
        customer = Customer.objects.filter(**own).order_by("pk").first()
        pooled = PoolCustomer.objects.filter(pool_since__isnull=False).order_by("pk").first()
        order = Order.objects.filter(**own).order_by("-pk").first()
        assert deal and lead and visit and customer and pooled and order
        file, root = f"/customers/customers/{customer.pk}/", "/customers"
        pages = {
            "list of orders": "/orders/orders/", "list of receivables": "/receivables/receivables/",
            "list of customers": f"{root}/customers/", "list of contacts": f"{root}/contacts/",
            "list of visits": f"{root}/visits/", "list of leads": f"{root}/leads/",
            "list of deals": f"{root}/opportunities/", "list of the pool": f"{root}/pool/",
            "list of who is due": f"{root}/visits/due/", "customer page, first part": file,
            "customer page, what follows": f"{file}?rest=1", "customer page, story": f"{file}?panel=customers.story",
            "visit page": f"{root}/visits/{visit.pk}/", "lead page": f"{root}/leads/{lead.pk}/",
            "deal page": f"{root}/opportunities/{deal.pk}/", "page of one in the pool": f"{root}/pool/{pooled.pk}/",
            "deals searched by number": f"{root}/opportunities/?q={deal.code}",
            "deals searched by customer": f"{root}/opportunities/?q={word}",
            "leads searched by number": f"{root}/leads/?q={lead.number}",
            "leads searched by name": f"{root}/leads/?q={lead.name[:4]}",
            "contacts searched by a frequent name": f"{root}/contacts/?q=wang",
            "visits searched by a frequent word": f"{root}/visits/?q=follow",
            "customers searched by name, all words": f"{root}/customers/?q={word}",
            "order page": f"/orders/orders/{order.pk}/",
            "board of deals": f"{root}/opportunities/board/", "forecast of deals": f"{root}/opportunities/forecast/",
            "board of deals, its figures follow": f"{root}/opportunities/board/?part=figures",
            "forecast of deals, its figures follow": f"{root}/opportunities/forecast/?part=figures",
            "calendar of visits": f"{root}/visits/calendar/?period=2026-10",
            "calendar of visits, the agenda of a phone follows": f"{root}/visits/calendar/?period=2026-10&part=agenda",
            "plan and done": f"{root}/visits/plan-and-done/?period=2026-10",
            "coverage of a month": f"{root}/visits/coverage/?period=2026-10", "workbench": "/",
            "workbench, own deals follow": "/?card=customers.my_deals",
            "workbench, due visits follow": "/?card=customers.due_for_visit",
            "workbench, late deliveries follow": "/?card=orders.late",
            "workbench, the team's day follows": "/?card=performance.team_day",
            "workbench, contracts about to end follow": "/?card=contracts.ending",
            "who is due, the last first": f"{root}/visits/due/?sort=-due_date",
        }  # fmt: skip
        for name, path in pages.items():
            yield Job(f"work as {role}: {name}", get(path), floor, "floor list", 4, 2, queries=12)


def search_jobs(get: Get, floor: Act, order: Order, customer: Customer) -> Iterator[Job | Absolute]:
    """The search box of a list: one found, some, very many, none."""
    receivable = Receivable.objects.filter(outstanding__gt=0).order_by("-pk").first()
    visit = Visit.objects.order_by("-pk").first()
    assert receivable and visit
    word = customer.name[:4]
    searches = {
        "orders searched by number": f"/orders/orders/?q={order.number}",
        "orders searched by the year of their numbers": f"/orders/orders/?q={str(order.number)[:7]}",
        "orders searched by customer": f"/orders/orders/?q={word}",
        "orders searched in vain": "/orders/orders/?q=nothing",
        "receivables searched by number": f"/receivables/receivables/?q={receivable.number}",
        "customers searched by name": f"/customers/customers/?q={word}",
        "customers searched by code": f"/customers/customers/?q={customer.code}",
        "visits searched by number": f"/customers/visits/?q={visit.number}",
        "visits searched by their text": "/customers/visits/?q=follow",
        "visits searched by customer": f"/customers/visits/?q={word}",
    }
    for name, path in searches.items():
        yield Job(name, get(path), floor, "floor list", 4, 2)
    pickers = {
        "customers by name": f"customers.customer/?q={word}", "contacts by name": "customers.contact/?q=wang",
        "orders by number": f"orders.order/?q={order.number}",
    }  # fmt: skip
    for name, path in pickers.items():
        yield Job(f"picker: {name}", get(f"/ui/choices/{path}"), floor, "floor list", 4, 2)
    yield from search_room_jobs(floor, order, word)


def search_room_jobs(floor: Act, order: Order, word: str) -> Iterator[Job | Absolute]:
    """The box over everything, for who sees all of it and for a rep."""
    texts = {
        "a number": str(order.number), "a customer's name": word, "pinyin initials": "njhc",
        "a telephone": str(Contact.objects.exclude(phone="").values_list("phone", flat=True).first()),
        "a word in every fifth visit": "follow", "a year": "2026", "in vain": "nothinglikeit",
    }  # fmt: skip
    for person in ("mona", "alice"):
        get = signed_in(person)[1]
        role = "manager" if person == "mona" else "rep"
        for name, text in texts.items():
            path = f"/search/box/?q={quote(text)}"
            yield Job(f"search box as {role}: {name}", get(path), floor, "floor list", 4, 2)
        yield Job(f"search page as {role}", get(f"/search/?q={quote(word)}"), floor, "floor list", 4, 2)
    yield Absolute("search index: orders read in anew", reindexed, "records a second", 5_000, 20_000, up=True)
    yield Absolute("search index: one order saved, then indexed", upkeep, "ms", 20, 5)


def reindexed() -> tuple[float, str]:
    """The command as its operator runs it, in a process of its own."""
    command = [sys.executable, str(SQL.parents[2] / "manage.py"), "reindex", "--kind", "orders.order"]
    took, _done = seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    count, memory = Order.objects.count(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return count / took, f"{count} orders in {took:.0f} s, {memory:.0f} MiB"


def upkeep() -> tuple[float, str]:
    """What an order costs the index: noting it with the change and reading it at the next search."""
    times = []
    for order in Order.objects.order_by("-pk")[:30]:
        with transaction.atomic():
            words = order.remarks
            Order.objects.filter(pk=order.pk).update(remarks=words + " once more")
            times.append(seconds(index_recent)[0])
            transaction.set_rollback(True)
    return sorted(times)[15] * 1000, ""


def opening(get: Get, path: str) -> Callable[[], tuple[float, str]]:
    """A dashboard that nobody has opened before: what the reader waits for the page."""

    def act() -> tuple[float, str]:
        Snapshot.objects.all().delete()
        times = sorted(seconds(get(path))[0] for _ in range(5))
        return times[2] * 1000, ""

    return act


def following(get: Get, path: str) -> Callable[[], tuple[float, str]]:
    """Its figures, counted anew each time."""

    def act() -> tuple[float, str]:
        times = sorted(seconds(get(f"{path}&again=1"))[0] for _ in range(3))
        return times[1] * 1000, ""

    return act


def _thousandth(client: Client, path: str) -> str:
    """The url of page 1000: the token of a page is the edge row's key, so we write one for row 50,000."""
    setup_test_environment()
    try:
        response = client.get(path)
    finally:
        teardown_test_environment()
        settings.ALLOWED_HOSTS = ["testserver"]
    view_page = response.context.get("page") if response.context else None
    if view_page is None or not view_page.next:
        return ""
    from salesops.ui.paging import _token

    view = response.context["view"]
    table = view.get_table()
    from salesops.ui.paging import ordered, sort_of

    sort = sort_of(table, view.default_sort, view.model)
    rows = ordered(view.get_queryset(), sort)[49_950:50_000]
    rows = list(rows)
    return f"{path}?at={_token(sort, rows[-1], False, 50_001)}" if rows else ""


def with_timeline(customer: Customer | None, events: int = 5_000) -> Customer | None:
    """A customer with so many entries on its timeline, written once."""
    there = (
        AuditLink.objects.filter(
            content_type=ContentType.objects.get_for_model(Customer), object_id=customer.pk
        ).count()
        if customer
        else events
    )
    with transaction.atomic():
        for n in range(there, events):
            record(
                "customers.customer_changed", customer, actor=customer.owner,  # type: ignore[union-attr]
                at=NOW - timedelta(hours=events - n), data={},
            )  # fmt: skip
    return customer
