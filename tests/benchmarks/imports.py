"""The import of order lines: a file as large as a known public one, into an empty company of its own."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from salesops.embedded.cluster import Cluster
from tests.benchmarks.run import Absolute

ROOT = Path(__file__).resolve().parent.parent.parent
MAPPING = ROOT / "tests/data/mappings/retail/orders.toml"
LINES = 541_909
COUNTRIES = ("United Kingdom", "Germany", "France", "EIRE", "Spain", "Japan")


def write_lines(path: Path, lines: int) -> None:
    """Invoices of some twenty lines over a year; some are cancellations, some have no customer."""
    dice = random.Random(20)
    goods = [
        (f"{20_000 + n}", f"ARTICLE NO {n}", f"{dice.randrange(29, 2000) / 100:.2f}") for n in range(3900)
    ]
    moment, written, invoice = datetime(2025, 10, 1, 8), 0, 536_365
    with path.open("w", newline="", encoding="utf-8") as handle:
        out = csv.writer(handle)
        out.writerow(["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
                      "CustomerID", "Country"])  # fmt: skip
        while written < lines:
            moment += timedelta(minutes=dice.randrange(5, 36))
            number = f"{'C' if dice.random() < 0.02 else ''}{invoice}"
            customer = "" if dice.random() < 0.2 else f"{12_346 + dice.randrange(4_300)}.0"
            country = dice.choice(COUNTRIES)
            for code, text, price in dice.sample(goods, min(dice.randrange(1, 42), lines - written)):
                quantity = -dice.randrange(1, 20) if number.startswith("C") else dice.randrange(1, 48)
                out.writerow(
                    [number, code, text, quantity, f"{moment:%m/%d/%Y %H:%M}", price, customer, country]
                )
                written += 1
            invoice += 1


def import_jobs() -> Iterator[Absolute]:
    """Time and memory of one run of the command."""
    small = "small" in str(settings.SALESOPS_HOME)
    found: dict[str, Any] = {}

    def run() -> tuple[float, str]:
        found.update(_import(LINES // 40 if small else LINES))
        return found["seconds"], found["note"]

    yield Absolute(f"import of {LINES:,} order lines", run, "s", 300, 120)
    yield Absolute("memory of that import", lambda: (found["memory"], ""), "MiB", 1024, 1024)


def _import(lines: int) -> dict[str, Any]:
    home = ROOT / ".salesops-bench-import"
    shutil.rmtree(home, ignore_errors=True)
    cluster = Cluster(home)
    cluster.acquire()
    manage = [sys.executable, str(ROOT / "manage.py")]
    environment = {**os.environ, "SALESOPS_HOME": str(home)}
    try:
        owner = {**environment, "SALESOPS_DB_ROLE": "owner"}
        subprocess.run([*manage, "migrate", "--no-input", "-v0"], env=owner, check=True)
        path = home / "lines.csv"
        write_lines(path, lines)
        megabytes = path.stat().st_size / 1e6
        command = [
            *manage,
            "import_records",
            "orders",
            str(path),
            "--mapping",
            str(MAPPING),
            "--skip-bad",
            "--json",
        ]
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        answer = json.loads(process.stdout.read() or b"{}")
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status or not answer:
            raise AssertionError(f"the import ended with {status}: {str(answer)[:300]}")
    finally:
        cluster.release()
        shutil.rmtree(home, ignore_errors=True)
    note = f"{megabytes:.0f} MB, {answer['rows']} rows, {answer['created']} created, {len(answer['rejected'])} rejected"
    return {"seconds": seconds, "memory": usage.ru_maxrss / 1024, "note": note}
