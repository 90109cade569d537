"""``manage.py import_records KIND FILE``: spreadsheets become records (interfaces §2)."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.audit.context import acting_as
from salesops.core.commands import OperatorCommand
from salesops.core.errors import InvalidInput
from salesops.exchange.mapping import Mapping, load_mapping
from salesops.exchange.registry import ordered_kinds
from salesops.exchange.services import Result, run_import
from salesops.exchange.services.badrows import write_bad_rows

_SHOWN = 20


class Command(OperatorCommand):
    help = "Imports a CSV or XLSX file of one kind of record; all rows or none, unless --skip-bad."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="one of: " + ", ".join(kind.name for kind in ordered_kinds()))
        parser.add_argument("file", help="CSV (UTF-8, GB18030 …) or XLSX")
        parser.add_argument("--mapping", help="TOML file that says which column is which")
        parser.add_argument("--actor", help="username in whose name and with whose rights to import")
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
        parser.add_argument(
            "--skip-bad",
            action="store_true",
            help="load the good rows, write the bad ones to FILE.errors.csv",
        )
        parser.add_argument(
            "--allocate", choices=["oldest"], help="receipts: settle the oldest due items of the customer"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        kind = next((k for k in ordered_kinds() if k.name == options["kind"]), None)
        if kind is None:
            names = ", ".join(k.name for k in ordered_kinds())
            raise CommandError(f"There is no kind “{options['kind']}”. The kinds are: {names}.", returncode=2)
        if options["allocate"] and "allocate" not in kind.options:
            raise CommandError("--allocate is for receipts only.", returncode=2)
        path = Path(options["file"])
        mapping = load_mapping(Path(options["mapping"]), kind) if options["mapping"] else Mapping()
        bar, actor = _Bar(), _actor(options["actor"])
        try:
            with acting_as(actor):
                result = run_import(
                    kind,
                    path,
                    mapping,
                    actor=actor,
                    at=timezone.now(),
                    dry_run=options["dry_run"],
                    skip_bad=options["skip_bad"],
                    options={"allocate": options["allocate"]},
                    progress=bar.show,
                )
        finally:
            bar.close()
        self._report(result, path, mapping, options)

    def _report(self, result: Result, path: Path, mapping: Mapping, options: dict[str, Any]) -> None:
        if options["json"]:
            self.emit(result.as_dict())
        else:
            self._say(self.stdout.write, result, options)
        if result.unused:
            self.stderr.write(
                _("Not read, because no column of %(kind)s has such a name: %(names)s.")
                % {"kind": result.kind, "names": ", ".join(result.unused)}
            )
        if result.rejected and options["skip_bad"] and not options["dry_run"]:
            read = replace(mapping, file={**mapping.file, "header_row": result.header_row})
            where = write_bad_rows(path, read, result.rejected)
            self.stderr.write(_("The rejected rows are in %(file)s.") % {"file": where})
        if result.refused:
            for rejection in result.rejected[:_SHOWN]:
                self.stderr.write(
                    f"{path.name}, {rejection.row}, {rejection.column or '-'}, "
                    f"“{rejection.value}”: {rejection.reason}"
                )
            raise CommandError(
                _(
                    "%(count)d of %(rows)d rows are rejected, so nothing was imported. Correct them, or load "
                    "the others with --skip-bad."
                )
                % {"count": len({r.row for r in result.rejected}), "rows": result.rows}
            )

    def _say(self, write: Any, result: Result, options: dict[str, Any]) -> None:
        write(
            _(
                "%(kind)s: %(rows)d rows, %(created)d created, %(updated)d updated, %(unchanged)d unchanged, "
                "%(skipped)d skipped, %(rejected)d rejected."
            )
            % {**result.as_dict(), "rejected": len({r.row for r in result.rejected})}
        )
        if result.batch:
            write(_("Batch %(batch)d; undo_import %(batch)d takes it back.") % {"batch": result.batch})
        elif options["dry_run"]:
            write(_("This was a dry run: nothing was changed."))


def _actor(username: str | None) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise InvalidInput(
            _("There is no active person “%(username)s”.") % {"username": username},
            way_out=_("Check the name given as --actor."),
        )
    return user


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.stage = ""

    def show(self, stage: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if self.stage != stage:
            self.close()
            self.stage = stage
            self.bar = tqdm(total=total or None, unit=" rows", desc=stage, file=sys.stderr)
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
