"""``make bench``: our jobs beside hand-written SQL or a bare page, on the same data in the same run.

The data is the demo company at load size in a database of its own (``.salesops-bench``), reused while the
schema stands. Each job and its yardstick run alternately; the ratio of their medians is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = {"customers": 50_000, "months": 34, "receivables": 1_000_000, "visits": 1_000_000}
SMALL = {"customers": 2_000, "months": 12, "receivables": 25_000, "visits": 25_000}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a fortieth of the size, to try a change")
    parser.add_argument("--only", default="", help="run the jobs whose name contains this")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", default="", help="where to write the figures")
    options = parser.parse_args()
    home = ROOT / (".salesops-bench-small" if options.small else ".salesops-bench")
    os.environ.update(
        SALESOPS_HOME=str(home), DJANGO_SETTINGS_MODULE="salesops.settings", PRODUCTION="0",
        DB_STATEMENT_TIMEOUT_MS="0", DB_IDLE_TIMEOUT_MS="0", EMAIL_URL="memorymail://",
    )  # fmt: skip
    from salesops.embedded.cluster import Cluster

    cluster = Cluster(home)
    cluster.acquire()
    try:
        _load(SMALL if options.small else FULL)
        import django

        django.setup()
        from tests.benchmarks.run import run

        results = run(options.only, options.rounds)
    finally:
        cluster.release()
    document = {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "size": SMALL if options.small else FULL,
        "jobs": results,
    }
    target = Path(options.json) if options.json else home / "bench.json"
    target.write_text(json.dumps(document, indent=2))
    print(f"\n{target}")


def _load(size: dict[str, int]) -> None:
    """Migrate, and load the company once; a changed schema is migrated with its data."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run(
        [*manage, "migrate", "--no-input", "-v0"], env={**os.environ, "SALESOPS_DB_ROLE": "owner"}, check=True
    )
    sizes = [f"--{name}={value}" for name, value in size.items()]
    subprocess.run([*manage, "demo", "--if-empty", "--until", "2026-10-31", *sizes], check=True)


if __name__ == "__main__":
    main()
