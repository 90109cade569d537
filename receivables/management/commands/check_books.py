"""``check_books``: the invariants of the ledger and of the figures (interfaces §2)."""

from __future__ import annotations

import sys
from typing import Any

from receivables.checks import run_checks
from salesops.core.commands import OperatorCommand


class Command(OperatorCommand):
    help = "Recompute every invariant of the books from their lines; exit 1 if any is broken."

    def add_arguments(self, parser: Any) -> None:
        self.add_json(parser)

    def handle(self, **options: Any) -> None:
        results = run_checks()
        ok = all(result.violations == 0 for result in results)
        if options["json"]:
            self.emit(
                {
                    "checks": [
                        {
                            "name": result.name,
                            "title": str(result.title),
                            "violations": result.violations,
                            "sample": result.sample,
                        }
                        for result in results
                    ],
                    "ok": ok,
                }
            )
        else:
            for result in results:
                mark = "ok    " if not result.violations else "BROKEN"
                self.stdout.write(f"{mark}  {result.name}  {result.violations}  {', '.join(result.sample)}")
        if not ok:
            broken = [result.name for result in results if result.violations]
            self.stderr.write(f"The books are broken: {', '.join(broken)}.")
            sys.exit(1)
