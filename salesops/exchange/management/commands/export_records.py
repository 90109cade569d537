"""``manage.py export_records KIND [--out FILE]``: records as canonical CSV, ready to be imported again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from salesops.audit.services import record
from salesops.core.commands import OperatorCommand
from salesops.exchange.registry import ordered_kinds
from salesops.exchange.services.exporting import write_records


class Command(OperatorCommand):
    help = "Exports all records of one kind as CSV (UTF-8) in the columns that import_records reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="one of: " + ", ".join(kind.name for kind in ordered_kinds()))
        parser.add_argument("--out", help="file to write; without it to the terminal")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = next((k for k in ordered_kinds() if k.name == options["kind"]), None)
        if kind is None or kind.export is None:
            names = ", ".join(k.name for k in ordered_kinds() if k.export)
            raise CommandError(f"There is no kind “{options['kind']}”. The kinds are: {names}.", returncode=2)
        if options["out"]:
            with Path(options["out"]).open("w", encoding="utf-8-sig", newline="") as file:
                rows = write_records(kind, file)
            self.stderr.write(f"{kind.name}: {rows} rows")
        else:
            rows = write_records(kind, self.stdout._out)
        record(
            "exchange.records_exported",
            actor=None,
            at=timezone.now(),
            data={"kind": kind.name, "rows": rows, "file": options["out"] or ""},
        )
