"""``manage.py undo_import BATCH``: remove what a batch created (interfaces §2)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from salesops.core.commands import OperatorCommand
from salesops.exchange.management.commands.import_records import _actor
from salesops.exchange.models import ImportBatch
from salesops.exchange.services import undo_import


class Command(OperatorCommand):
    help = "Removes what an import created, if nothing depends on it yet. What it updated stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int, help="the batch number that import_records printed")
        parser.add_argument("--actor", help="username in whose name and with whose rights to undo")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = undo_import(options["batch"], actor=_actor(options["actor"]), at=timezone.now())
        except ImportBatch.DoesNotExist:
            raise CommandError(_("There is no import %(batch)d.") % {"batch": options["batch"]}) from None
        if options["json"]:
            self.emit(answer)
            return
        for name, count in answer["removed"].items():
            self.stdout.write(f"{name}: {count}")
        self.stdout.write(_("Import %(batch)d is undone.") % {"batch": answer["batch"]})
        if answer["updated_kept"]:
            self.stdout.write(
                ngettext(
                    "%(count)d record that it had updated stays as it is.",
                    "%(count)d records that it had updated stay as they are.",
                    answer["updated_kept"],
                )
                % {"count": answer["updated_kept"]}
            )
