"""Builds the search index anew."""

from typing import Any

from django.core.management.base import CommandParser
from tqdm import tqdm

from salesops.core.commands import OperatorCommand
from salesops.core.errors import InvalidInput
from salesops.search import services
from salesops.search.registry import kinds


class Command(OperatorCommand):
    help = "Reads every record again and writes what it is found by. An interrupted run is finished by the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kind", action="append", default=[], help="only this kind, for example customers.customer"
        )
        parser.add_argument(
            "--waiting", action="store_true", help="only what has changed since it was indexed"
        )
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        for name in options["kind"]:
            if name not in kinds:
                known = ", ".join(kind.key for kind in kinds)
                raise InvalidInput(f"There is no kind “{name}”.", way_out=f"Kinds are: {known}.")
        with tqdm(unit=" records", disable=None) as bar:
            if options["waiting"]:
                done = services.index_waiting(progress=bar.update)
            else:
                done = services.reindex(options["kind"], progress=bar.update)
        left = services.waiting_records()
        if options["json"]:
            self.emit({"indexed": done, "waiting": left})
        else:
            self.stdout.write(f"{done} records indexed, {left} waiting")
