"""The program under gunicorn with two workers: acts a second, errors under load, memory, a large export."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client

from orders.models import Order
from receivables.models import Receivable
from salesops.accounts.models import User
from salesops.catalog.models import Product
from tests.benchmarks.run import Absolute

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2
TOKEN = "b" * 32
SECONDS = 12


class Server:
    """Gunicorn as it is deployed, on a free port of this machine."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        environment = {
            **os.environ, "WEB_WORKERS": str(WORKERS), "WEB_THREADS": "4", "BIND": f"127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "salesops.settings", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--access-logfile",
                   "/dev/null", "--log-level", "warning", "salesops.wsgi"]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        for _ in range(240):
            try:
                self.call("GET", "/healthz", {})
                return
            except OSError:
                time.sleep(0.25)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=40)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory(self, name: str) -> float:
        """The largest worker in MiB: ``VmRSS`` now, ``VmHWM`` at its peak."""
        found = []
        for pid in self.workers():
            text = Path(f"/proc/{pid}/status").read_text()
            match = re.search(rf"{name}:\s+(\d+) kB", text)
            found.append(int(match[1]) / 1024 if match else 0.0)
        return max(found)

    def call(
        self, method: str, path: str, cookies: dict[str, str], data: dict[str, str] | None = None
    ) -> tuple[int, str, int]:
        """Status, where it leads, and the size of the answer; the connection is a new one each time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in {**cookies, "csrftoken": TOKEN}.items())}
        body = None
        if data is not None:
            headers |= {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({**data, "form_key": str(uuid.uuid4())})
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            size = 0
            while block := response.read(1 << 20):
                size += len(block)
            return response.status, response.headers.get("Location", ""), size
        finally:
            connection.close()


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def signed_in(username: str) -> dict[str, str]:
    client = Client()
    person = User.objects.get(username=username)
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@dataclass
class Tally:
    """What the clients saw; ``failed`` holds the first few answers that were none."""

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def hammer(clients: int, act: Callable[[int, int], str], seconds: float = SECONDS) -> Tally:
    """``clients`` threads do ``act(client, turn)`` as often as they can; an answer is what failed, or ""."""
    tally, lock = Tally(), threading.Lock()
    end = time.perf_counter() + seconds

    def work(client: int) -> None:
        turn = 0
        while time.perf_counter() < end:
            start = time.perf_counter()
            try:
                failed = act(client, turn)
            except OSError as error:
                failed = repr(error)
            with lock:
                if failed:
                    tally.failed.append(failed)
                else:
                    tally.times.append(time.perf_counter() - start)
            turn += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.perf_counter() - start
    return tally


def receipts(server: Server) -> tuple[float, str]:
    """Money of many customers, each receipt allocated to the oldest open items."""
    cookies = signed_in("dora")
    open_customers = list(
        Receivable.objects.filter(outstanding__gt=1000, disputed=False)
        .values("customer").annotate(total=Sum("outstanding")).filter(total__gt=5000)
        .order_by("customer").values_list("customer", flat=True)[:4000]
    )  # fmt: skip
    run = uuid.uuid4().hex[:8]

    def act(client: int, turn: int) -> str:
        customer = open_customers[(turn * 8 + client) % len(open_customers)]
        data = {
            "customer": str(customer), "received_date": "2026-10-31", "amount": "12.34", "method": "transfer",
            "bank_account": "bench", "bank_reference": f"{run}-{client}-{turn}", "oldest_first": "on",
        }  # fmt: skip
        status, location, _size = server.call("POST", "/receivables/receipts/new/", cookies, data)
        return "" if status == 302 and "/receipts/" in location else f"{status} {location}"

    return _rate(hammer(8, act))


def orders(server: Server) -> tuple[float, str]:
    """Orders of three lines: written and submitted by one person, confirmed by another."""
    writer, checker = signed_in("alice"), signed_in("mona")
    customers = list(Order.objects.filter(owner__username="alice", customer__owner__username="alice")
                     .order_by().values_list("customer", flat=True).distinct()[:400])  # fmt: skip
    products = list(Product.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:30])

    def act(client: int, turn: int) -> str:
        data = {
            "customer": str(customers[(turn * 8 + client) % len(customers)]), "order_date": "2026-10-31",
            "required_date": "2026-12-15", "lines-TOTAL_FORMS": "3", "lines-INITIAL_FORMS": "0",
        }  # fmt: skip
        for n in range(3):
            product = products[(turn + n * 7 + client) % len(products)]
            data |= {
                f"lines-{n}-product": str(product),
                f"lines-{n}-quantity": "2",
                f"lines-{n}-price": "300",
            }
        status, page, _size = server.call("POST", "/orders/orders/new/", writer, data)
        if status != 302:
            return f"create {status}"
        status, _page, _size = server.call("POST", f"{page}submit/", writer, {})
        if status != 302:
            return f"submit {status}"
        status, _page, _size = server.call("POST", f"{page}confirm/", checker, {})
        return "" if status == 302 else f"confirm {status}"

    return _rate(hammer(8, act))


def _rate(tally: Tally) -> tuple[float, str]:
    if tally.failed or not tally.times:
        raise AssertionError(f"{len(tally.failed)} of {len(tally.times)} acts failed: {tally.failed[:3]}")
    return tally.rate, f"{len(tally.times)} acts, median {statistics.median(tally.times) * 1000:.0f} ms each"


def http_jobs() -> Iterator[Absolute]:
    """The absolute jobs of the table that need a server; one server serves them all, begun by the first asked for."""
    with ExitStack() as stack:
        begun: list[Server] = []

        def server() -> Server:
            if not begun:
                begun.append(stack.enter_context(serving()))
            return begun[0]

        yield Absolute(
            "receipt + allocation over HTTP, 8 clients", lambda: receipts(server()), "a second", 40, 100, up=True
        )  # fmt: skip
        yield Absolute(
            "order of 3 lines, created and confirmed", lambda: orders(server()), "a second", 20, 60, up=True
        )
        load: list[Load] = []

        def loaded() -> Load:
            if not load:
                load.append(Load(server()))
            return load[0]

        yield Absolute("errors with 32 connections", lambda: loaded().errors(), "errors", 0, 0)
        yield Absolute("p95 against p50 with 32 connections", lambda: loaded().spread(), "x", 99, 2)
        yield Absolute(
            "memory of a web worker after 32 connections", lambda: loaded().memory(), "MiB", 150, 120
        )
    with ExitStack() as stack:
        found: list[Export] = []

        def export() -> Export:
            if not found:
                found.append(Export(stack.enter_context(serving())))
            return found[0]

        yield Absolute("export of 1M orders as CSV: memory", lambda: export().memory(), "MiB", 300, 300)
        yield Absolute("export of 1M orders as CSV: against COPY", lambda: export().ratio(), "x", 99, 2)
        yield Absolute("export of 1M orders: errors of others", lambda: export().others(), "errors", 0, 0)


PAGES = (
    "/orders/orders/", "/customers/customers/", "/customers/visits/", "/dashboards/team/?period=2026-09",
)  # fmt: skip


class Load:
    """32 connections that read lists and a dashboard as fast as they are answered."""

    def __init__(self, server: Server) -> None:
        cookies = signed_in("mona")
        self.server = server
        self.by_page: dict[str, list[float]] = {page: [] for page in PAGES}
        for page in PAGES:  # each worker has its templates and statements ready
            for _ in range(4):
                server.call("GET", page, cookies)

        def read(client: int, turn: int) -> str:
            page = PAGES[(turn + client) % len(PAGES)]
            start = time.perf_counter()
            status, _location, _size = server.call("GET", page, cookies)
            self.by_page[page].append(time.perf_counter() - start)
            return "" if status == 200 else f"{page} {status}"

        self.tally = hammer(32, read)
        self.rss = server.memory("VmRSS")

    def errors(self) -> tuple[float, str]:
        tally = self.tally
        return len(
            tally.failed
        ), f"{len(tally.times)} pages, {tally.rate:.0f} a second; {tally.failed[:2] or ''}"

    def spread(self) -> tuple[float, str]:
        half, most = self.tally.percentile(0.5), self.tally.percentile(0.95)
        pages = "; ".join(
            f"{page.split('/')[2]} {statistics.median(times) * 1000:.0f}"
            for page, times in self.by_page.items()
        )
        return most / half, f"p50 {half * 1000:.0f} ms, p95 {most * 1000:.0f} ms; medians {pages}"

    def memory(self) -> tuple[float, str]:
        return self.rss, ""


class Export:
    """One person exports a million orders while four others read lists; COPY of the same rows beside it."""

    ROWS = 1_000_000

    def __init__(self, server: Server) -> None:
        self.server = server
        self.since = first_day(self.ROWS)
        cookies, reader = signed_in("gina"), signed_in("mona")
        path = f"/orders/orders/?order_date_after={self.since}&format=csv&purpose=benchmark"
        self.copy = min(self.yardstick() for _ in range(3))
        took: list[tuple[int, int, float]] = []

        def act() -> None:
            start = time.perf_counter()
            status, _location, size = server.call("GET", path, cookies)
            took.append((status, size, time.perf_counter() - start))

        act()  # nobody else
        exporter = threading.Thread(target=act)
        exporter.start()
        waiting = "/customers/customers/"
        self.tally = hammer(
            4, lambda c, t: "" if server.call("GET", waiting, reader)[0] == 200 else "error", 4
        )
        exporter.join()
        self.answers = took
        for status, _size, _seconds in took:
            if status != 200:
                raise AssertionError(f"the export answered {status}")

    def yardstick(self) -> float:
        text = (ROOT / "tests/benchmarks/sql/export_orders.sql").read_text()
        start = time.perf_counter()
        with tempfile.TemporaryFile() as handle, connection.cursor() as cursor:
            with cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv)", {"since": self.since}) as copy:
                for block in copy:
                    handle.write(block)
            self.rows = cursor.rowcount
        return time.perf_counter() - start

    def memory(self) -> tuple[float, str]:
        """The peak of the worker that wrote the file."""
        return self.server.memory("VmHWM"), f"{self.rows:,} rows, {self.answers[0][1] / 1e6:.0f} MB"

    def ratio(self) -> tuple[float, str]:
        alone, beside = (seconds for _status, _size, seconds in self.answers)
        return alone / self.copy, f"{alone:.1f} s, COPY {self.copy:.1f} s; {beside:.1f} s beside four readers"

    def others(self) -> tuple[float, str]:
        tally = self.tally
        slow = tally.percentile(0.95) * 1000
        return len(tally.failed), f"{len(tally.times)} list pages meanwhile, p95 {slow:.0f} ms"


def first_day(rows: int) -> str:
    """The first day from which on there are at most so many orders."""
    total = 0
    found = ""
    counts = Order.objects.values("order_date").annotate(n=Count("pk")).order_by("-order_date")
    for row in counts.values_list("order_date", "n"):
        total += row[1]
        if total > rows:
            break
        found = str(row[0])
    return found
