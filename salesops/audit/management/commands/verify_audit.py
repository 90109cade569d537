"""Checks the chain of the audit."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from salesops.audit.selectors import head, verify_chain
from salesops.core.commands import OperatorCommand


class Command(OperatorCommand):
    help = "Recomputes every hash of the audit; names the rows that were changed, exchanged or removed."

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        faults = verify_chain()
        seals, newest = head()
        if options["json"]:
            self.emit(
                {
                    "ok": not faults,
                    "seals": seals,
                    "head": newest,
                    "violations": [vars(fault) for fault in faults],
                }
            )
        else:
            self.stdout.write(f"{seals} seals, newest {newest or '-'}")
        if faults:
            raise CommandError("The audit was tampered with: " + "; ".join(map(str, faults[:10])))
