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
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Sum
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


def receipts(server: Server) -> Callable[[], tuple[float, str]]:
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

    return lambda: _rate(hammer(8, act))


def orders(server: Server) -> Callable[[], tuple[float, str]]:
    """Orders of three lines: written and submitted by one person, confirmed by another."""
    order = Order.objects.filter(state="confirmed", owner__username="alice").first()
    writer, checker = signed_in("alice"), signed_in("mona")
    customers = list(Order.objects.filter(owner__username="alice", customer__owner__username="alice")
                     .order_by().values_list("customer", flat=True).distinct()[:50])  # fmt: skip
    products = list(Product.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:30])
    del order

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
                f"lines-{n}-price": "900",
            }
        status, page, _size = server.call("POST", "/orders/orders/new/", writer, data)
        if status != 302:
            return f"create {status}"
        status, _page, _size = server.call("POST", f"{page}submit/", writer, {})
        if status != 302:
            return f"submit {status}"
        status, _page, _size = server.call("POST", f"{page}confirm/", checker, {})
        return "" if status == 302 else f"confirm {status}"

    return lambda: _rate(hammer(8, act))


def _rate(tally: Tally) -> tuple[float, str]:
    if tally.failed or not tally.times:
        raise AssertionError(f"{len(tally.failed)} of {len(tally.times)} acts failed: {tally.failed[:3]}")
    return tally.rate, f"{len(tally.times)} acts, median {statistics.median(tally.times) * 1000:.0f} ms each"


def http_jobs() -> Iterator[Absolute]:
    """The absolute jobs of the table that need a server; one server serves them all."""
    with serving() as server:
        yield Absolute(
            "receipt + allocation over HTTP, 8 clients", receipts(server), "a second", 40, 100, up=True
        )
        yield Absolute("order of 3 lines, created and confirmed", orders(server), "a second", 20, 60, up=True)
        cookies = signed_in("mona")
        pages = [
            "/orders/orders/",
            "/customers/customers/",
            "/customers/visits/",
            "/dashboards/team/?period=2026-09",
        ]

        def read(client: int, turn: int) -> str:
            status, _location, _size = server.call("GET", pages[turn % len(pages)], cookies)
            return "" if status == 200 else str(status)

        load = hammer(32, read)
        note = f"{len(load.times)} pages, {load.rate:.0f} a second; {load.failed[:2] or ''}"
        yield Absolute("errors with 32 connections", lambda: (len(load.failed), note), "errors", 0, 0)
        half, most = load.percentile(0.5), load.percentile(0.95)
        note = f"p50 {half * 1000:.0f} ms, p95 {most * 1000:.0f} ms"
        yield Absolute("p95 against p50 with 32 connections", lambda: (most / half, note), "x", 99, 2)
        yield Absolute(
            "memory of a web worker after that", lambda: (server.memory("VmRSS"), ""), "MiB", 150, 120
        )
    with serving() as server:
        yield Absolute("export of the receipts as CSV: memory", lambda: export(server), "MiB", 300, 300)


def export(server: Server) -> tuple[float, str]:
    """The peak of the worker that wrote the file."""
    cookies = signed_in("gina")
    start = time.perf_counter()
    status, _location, size = server.call(
        "GET", "/receivables/receipts/?format=csv&purpose=benchmark", cookies
    )
    took = time.perf_counter() - start
    if status != 200:
        raise AssertionError(f"the export answered {status}")
    return server.memory("VmHWM"), f"{size / 1e6:.0f} MB in {took:.1f} s"
