"""``manage.py messages [--check]``: bring the message catalogues in step, or say where they are not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesops.ui import catalogues


class Command(BaseCommand):
    help = "Extracts, merges and compiles the translations of every app. --check changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", help="labels of apps; all when empty")
        parser.add_argument("--check", action="store_true", help="list faults and exit 1 if there are any")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = [a for a in catalogues.own_apps() if not options["apps"] or a.label in options["apps"]]
        faults = []
        for app in wanted:
            for locale in catalogues.LOCALES:
                if not options["check"]:
                    catalogues.update(app, locale)
                    catalogues.compile_catalogue(app, locale)
                faults.extend(catalogues.check(app, locale))
        for locale in catalogues.LOCALES:
            faults.extend(catalogues.conflicts(locale))
        for fault in faults:
            self.stderr.write(f"{fault.app} {fault.locale} {fault.kind}: {fault.message}")
        if faults and options["check"]:
            raise CommandError(f"{len(faults)} messages are not translated or not in step.")
        self.stdout.write(f"{len(faults)} messages still to translate.")
