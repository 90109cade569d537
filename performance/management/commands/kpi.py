"""``manage.py kpi CODE --period P [--by …] [--region …] [--category …] [--basis …] [--json]`` (interfaces §2)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from performance.choices import OPEN_DIMENSIONS, Basis, Dimension
from performance.selectors.documents import figure_document
from performance.selectors.figures import figure_table
from performance.selectors.keys import narrowed_to
from salesops.core.commands import OperatorCommand, written_as
from salesops.core.periods import Period


class Command(OperatorCommand):
    help = "Shows one KPI over a month (2026-10), quarter (2026-Q3) or year (2026), split by a dimension."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the KPI, such as sal_amt, col_rate, otd")
        parser.add_argument(
            "--period", required=True, type=written_as(Period.parse), help="2026-10, 2026-Q3 or 2026"
        )
        parser.add_argument("--by", choices=[d.value for d in OPEN_DIMENSIONS], help="split by")
        parser.add_argument("--basis", choices=Basis.values, help="sales basis; the company's when not given")
        parser.add_argument("--region", help="only this region; empty: only what has none")
        parser.add_argument("--category", help="only products of this category; empty: only what has none")
        parser.add_argument("--live", action="store_true", help="count again, even where a month is closed")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        selection = narrowed_to(options["region"], options["category"])
        table = figure_table(
            options["code"],
            Period.parse(options["period"]),
            Dimension(options["by"] or Dimension.COMPANY),
            at=timezone.now(),
            basis=Basis(options["basis"]) if options["basis"] else None,
            selection=selection,
            live=options["live"],
        )
        document = figure_document(table)
        if options["json"]:
            self.emit(document)
            return
        state = "frozen" if table.frozen else "live"
        self.stdout.write(f"{table.kpi.title} · {table.period.code} · {table.kpi.unit.label} · {state}")
        for row in [*document["rows"], document["total"]]:
            self.stdout.write(
                f"{row['key'] or '-':20} {row['label'][:30]:30} {row['value'] or 'n/a':>18} "
                f"{row['target'] or '':>18} {row['attainment'] or '':>8}".rstrip()
            )
