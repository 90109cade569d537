"""``manage.py reseal``: encrypt what is kept sealed under the first key, so that older keys can go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from salesops.core.commands import OperatorCommand
from salesops.core.sealing import resealers


class Command(OperatorCommand):
    help = (
        "Seals second-factor seeds and webhook addresses anew, under the first of SEALING_KEYS or SECRET_KEY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counts = {name: reseal() for name, reseal in resealers.items()}
        if options["json"]:
            self.emit(counts)
            return
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
