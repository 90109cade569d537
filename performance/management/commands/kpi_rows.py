"""``manage.py kpi_rows CODE --period P --key K [--region …] [--category …] [--json]``: the rows of one figure (interfaces §2)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from performance.choices import OPEN_DIMENSIONS, Basis, Dimension
from performance.kpis.registry import kpi_of
from performance.selectors.documents import rows_document
from performance.selectors.keys import guess_dimension, narrowed_to
from performance.selectors.rows import figure_rows
from salesops.core.commands import OperatorCommand, written_as
from salesops.core.periods import Period


class Command(OperatorCommand):
    help = "Shows the source rows of one figure; they add up to it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the KPI, such as sal_amt, col_rate, otd")
        parser.add_argument(
            "--period", required=True, type=written_as(Period.parse), help="2026-10, 2026-Q3 or 2026"
        )
        parser.add_argument("--key", default="company", help="key of the figure, as `kpi` shows it")
        parser.add_argument(
            "--by",
            choices=[d.value for d in OPEN_DIMENSIONS],
            help="what the key is; found out when not given",
        )
        parser.add_argument("--region", help="only this region; empty: only what has none")
        parser.add_argument("--category", help="only products of this category; empty: only what has none")
        parser.add_argument("--basis", choices=Basis.values, help="sales basis; the company's when not given")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        kpi = kpi_of(options["code"])
        by = Dimension(options["by"]) if options["by"] else guess_dimension(kpi, options["key"])
        page = figure_rows(
            kpi.code,
            Period.parse(options["period"]),
            by,
            options["key"],
            at=timezone.now(),
            basis=Basis(options["basis"]) if options["basis"] else None,
            selection=narrowed_to(options["region"], options["category"]),
        )
        document = rows_document(page)
        if options["json"]:
            self.emit(document)
            return
        for row in document["rows"]:
            self.stdout.write(
                f"{row['date']} {row['source']:11} {row['number'][:24]:24} {row['owner'][:14]:14} "
                f"{row['customer'][:24]:24} {row['numerator'] or '':>16} {row['denominator'] or '':>16}".rstrip()
            )
        self.stdout.write(f"{len(document['rows'])} rows, {kpi.title}: {document['value'] or 'n/a'}")
