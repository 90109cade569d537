"""Runs jobs and yardsticks alternately and prints the table."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Job:
    """``ours`` against ``yardstick``; ``must`` and ``goal`` are ratios of the medians (quality §5).

    ``answer`` turns what either side returned into something comparable; ``None`` leaves answers unchecked.
    """

    name: str
    ours: Callable[[], Any]
    yardstick: Callable[[], Any]
    against: str
    must: float
    goal: float
    answer: Callable[[Any], Any] | None = None
    queries: int = 0
    rounds: int = 0  # 0: as many as the run was asked for
    warm: bool = True  # one round of each before


@dataclass(frozen=True)
class Absolute:
    """A measured value with a limit of its own; ``up``: more is better."""

    name: str
    measure: Callable[[], tuple[float, str]]
    unit: str
    must: float
    goal: float
    up: bool = False

    def verdict(self, value: float) -> str:
        def kept(limit: float) -> bool:
            return value >= limit if self.up else value <= limit

        return "goal" if kept(self.goal) else "must" if kept(self.must) else "MISSED"


def seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def measure(job: Job, rounds: int) -> dict[str, Any]:
    """Medians of both sides, one warm-up each, then alternately; raises when the answers differ."""
    expected, found = (job.yardstick(), job.ours()) if job.warm else (None, None)
    if job.answer and job.answer(found) != job.answer(expected):
        raise AssertionError(
            f"{job.name}: the answers differ: {job.answer(found)} and {job.answer(expected)}"
        )
    ours, theirs = [], []
    for _ in range(job.rounds or rounds):
        theirs.append(seconds(job.yardstick)[0])
        ours.append(seconds(job.ours)[0])
    ratio = statistics.median(ours) / statistics.median(theirs)
    with CaptureQueriesContext(connection) as asked:
        if job.queries:
            job.ours()
    return {
        "name": job.name, "ours_ms": _ms(ours), "yardstick_ms": _ms(theirs), "against": job.against,
        "ratio": round(ratio, 2), "must": job.must, "goal": job.goal,
        "queries": len(asked), "verdict": "goal" if ratio <= job.goal else "must" if ratio <= job.must else "MISSED",
    }  # fmt: skip


def _ms(times: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(times) * 1000, 1),
        "min": round(min(times) * 1000, 1),
        "max": round(max(times) * 1000, 1),
    }


def run(only: str, rounds: int) -> list[dict[str, Any]]:
    """Every job whose name contains one of the words of ``only``; a row is printed as soon as it is known."""
    from tests.benchmarks.jobs import jobs

    print(f"{'job':52} {'ours ms':>22} {'yardstick ms':>22}  {'ratio':>6} {'must':>5} {'goal':>5}")
    results = []
    for job in jobs(only):
        if only and not any(word in job.name for word in only.split(",")):
            continue
        try:
            result = _absolute(job) if isinstance(job, Absolute) else _ratio(job, rounds)
        except Exception as error:
            result = {"name": job.name, "verdict": "FAILED", "error": str(error)[:500]}
            print(f"{job.name:52} FAILED {str(error)[:200]}", flush=True)
        result["at"] = datetime.now().astimezone().isoformat(timespec="seconds")
        result["load"] = round(os.getloadavg()[0], 1)
        results.append(result)
    return results


def _ratio(job: Job, rounds: int) -> dict[str, Any]:
    result = measure(job, rounds)
    note = f", {result['queries']} queries (must {job.queries})" if job.queries else ""
    print(
        f"{job.name:52} {_span(result['ours_ms']):>22} {_span(result['yardstick_ms']):>22}  "
        f"{result['ratio']:6.2f} {job.must:5.1f} {job.goal:5.1f}  {result['verdict']} (vs {job.against}{note})",
        flush=True,
    )
    return result


def _absolute(job: Absolute) -> dict[str, Any]:
    value, note = job.measure()
    verdict = job.verdict(value)
    print(
        f"{job.name:52} {f'{value:.1f} {job.unit}':>22} {'':>22}  {'':6} {job.must:5.0f} {job.goal:5.0f}  "
        f"{verdict}{f' ({note})' if note else ''}",
        flush=True,
    )
    return {
        "name": job.name, "value": round(value, 2), "unit": job.unit, "must": job.must, "goal": job.goal,
        "verdict": verdict, "note": note,
    }  # fmt: skip


def _span(ms: dict[str, float]) -> str:
    return f"{ms['median']:.0f} ({ms['min']:.0f}-{ms['max']:.0f})"


def markdown(results: list[dict[str, Any]]) -> str:
    """The table as it stands in the README; load is the machine's average over the minute before."""
    head = "| Job | Ours | Yardstick | Ratio | Must | Goal | | Load |\n|---|---|---|---|---|---|---|---|\n"
    return head + "".join(_markdown_row(result) for result in results)


def _markdown_row(result: dict[str, Any]) -> str:
    name, verdict, load = result["name"], result["verdict"], result.get("load", "")
    verdict = {"MISSED": "**missed**", "FAILED": "**failed**"}.get(verdict, verdict)
    if "ratio" in result:
        asked = f", {result['queries']} queries" if result["queries"] else ""
        cells = [f"{name}{asked}", f"{_span(result['ours_ms'])} ms", f"{_span(result['yardstick_ms'])} ms", result["ratio"]]  # fmt: skip
    else:
        value = f"{result['value']:g} {result['unit']}" if "value" in result else result.get("error", "")[:80]
        cells = [name, f"{value} ({result['note']})" if result.get("note") else value, "", ""]
    cells += [result.get("must", ""), result.get("goal", ""), verdict, load]
    return f"| {' | '.join(str(cell) for cell in cells)} |\n"
