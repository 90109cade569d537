"""``make bench``: our jobs beside hand-written SQL or a bare page, on the same data in the same run.

The data is a demo company, copied forty times, in a database of its own (``.salesops-bench``), reused while
the schema stands. Each job and its yardstick run alternately; the ratio of their medians is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = {"customers": 5_000, "months": 34, "receivables": 25_000, "visits": 50_000}
FULL_TIMES, SMALL_TIMES = 40, 1


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a fortieth of the size, to try a change")
    parser.add_argument("--only", default="", help="run the jobs whose name contains this (or one of a,b,c)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--home", default="", help="another folder for the data than .salesops-bench")
    parser.add_argument("--json", default="", help="where to write the figures")
    options = parser.parse_args()
    times = SMALL_TIMES if options.small else FULL_TIMES
    home = ROOT / (options.home or (".salesops-bench-small" if options.small else ".salesops-bench"))
    os.environ.update(
        SALESOPS_HOME=str(home), PYTHONWARNINGS="ignore", DJANGO_SETTINGS_MODULE="salesops.settings", PRODUCTION="0",
        DB_STATEMENT_TIMEOUT_MS="0", DB_IDLE_TIMEOUT_MS="0", EMAIL_URL="memorymail://", DEBUG="0",
    )  # fmt: skip
    from salesops.embedded.cluster import Cluster
    from tests.benchmarks.load import close_months, load

    # Loaded without waiting for the disk (a sixth of the time); measured as the product runs.
    loading = Cluster(home, durable=False)
    loading.acquire()
    try:
        load(loading, BASE, times)
        import django

        django.setup()
        close_months("2026-09")
    finally:
        loading.release()
    cluster = Cluster(home)
    cluster.acquire()
    try:
        from tests.benchmarks.run import markdown, run

        results = run(options.only, options.rounds)
    finally:
        cluster.release()
    target = Path(options.json) if options.json else home / "bench.json"
    before = json.loads(target.read_text())["jobs"] if options.only and target.exists() else []
    fresh = {result["name"] for result in results}
    document = {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "size": {name: value * (1 if name == "months" else times) for name, value in BASE.items()},
        "jobs": [job for job in before if job["name"] not in fresh] + results,
    }
    target.write_text(json.dumps(document, indent=2))
    target.with_suffix(".md").write_text(markdown(document["jobs"]))
    print(f"\n{target}")


if __name__ == "__main__":
    main()
