"""Runs jobs and yardsticks alternately and prints the table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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


def seconds(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def measure(job: Job, rounds: int) -> dict[str, Any]:
    """Medians of both sides, one warm-up each, then alternately; raises when the answers differ."""
    expected, found = job.yardstick(), job.ours()
    if job.answer and job.answer(found) != job.answer(expected):
        raise AssertionError(
            f"{job.name}: the answers differ: {job.answer(found)} and {job.answer(expected)}"
        )
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(seconds(job.yardstick)[0])
        ours.append(seconds(job.ours)[0])
    ratio = statistics.median(ours) / statistics.median(theirs)
    return {
        "name": job.name, "ours_ms": _ms(ours), "yardstick_ms": _ms(theirs), "against": job.against,
        "ratio": round(ratio, 2), "must": job.must, "goal": job.goal,
        "verdict": "goal" if ratio <= job.goal else "must" if ratio <= job.must else "MISSED",
    }  # fmt: skip


def _ms(times: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(times) * 1000, 1),
        "min": round(min(times) * 1000, 1),
        "max": round(max(times) * 1000, 1),
    }


def run(only: str, rounds: int) -> list[dict[str, Any]]:
    """Every job whose name contains ``only``; a row is printed as soon as it is known."""
    from tests.benchmarks.jobs import jobs

    print(f"{'job':52} {'ours ms':>22} {'yardstick ms':>22}  {'ratio':>6} {'must':>5} {'goal':>5}")
    results = []
    for job in jobs():
        if only and only not in job.name:
            continue
        result = measure(job, rounds)
        results.append(result)
        print(
            f"{job.name:52} {_span(result['ours_ms']):>22} {_span(result['yardstick_ms']):>22}  "
            f"{result['ratio']:6.2f} {job.must:5.1f} {job.goal:5.1f}  {result['verdict']} (vs {job.against})",
            flush=True,
        )
    return results


def _span(ms: dict[str, float]) -> str:
    return f"{ms['median']:.0f} ({ms['min']:.0f}-{ms['max']:.0f})"
