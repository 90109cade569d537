"""``manage.py demo``: a deterministic company to look at, or to load the machine with (interfaces §2)."""

from __future__ import annotations

import sys
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from customers.models import Customer
from performance.demo.build import STEPS, build, is_unfinished
from performance.demo.company import PASSWORD
from performance.demo.options import Options
from salesops.accounts.models import User
from salesops.core.commands import OperatorCommand, parse_date, written_as


def _day(given: Any) -> date | None:
    return parse_date(given) if isinstance(given, str) else given


class Command(OperatorCommand):
    help = "Loads the demo company: a manufacturer with 4 sales teams, 30 people and 24 months of history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=260)
        parser.add_argument("--months", type=int, default=24)
        parser.add_argument("--receivables", type=int, default=2600)
        parser.add_argument("--visits", type=int, default=6000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--until", type=written_as(parse_date), help="last day of the history; today when left out"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a company exists")
        parser.add_argument("--users", action="store_true", help="only list who can sign in to the demo")
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["users"]:
            self.list_users()
            return
        if is_unfinished():
            raise CommandError(
                "The demo company in this database was not loaded to its end: the load was broken off. "
                + (
                    f"Remove the folder {settings.SALESOPS_HOME} and start again."
                    if settings.EMBEDDED
                    else "Load it again into a new database (DATABASE_URL)."
                )
            )
        if User.objects.exists() or Customer.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(
                "There is a company in this database already. The demo needs an empty one: "
                "set SALESOPS_HOME to a new folder, or DATABASE_URL to a new database."
            )
        if not settings.DEMO_ALLOWED:
            raise CommandError("This is a production installation: the demo company is not loaded here.")
        self.load(options)

    def load(self, options: dict[str, Any]) -> None:
        for name in ("customers", "months", "receivables", "visits"):
            if options[name] < 1:
                raise CommandError(f"--{name} must be at least 1.")
        started = time.monotonic()
        sizes = Options(
            **{name: options[name] for name in ("customers", "months", "receivables", "visits", "seed")},
            today=_day(options["until"]) or timezone.localdate(), at=timezone.now(),
        )  # fmt: skip
        with tqdm(total=STEPS, disable=not sys.stderr.isatty(), desc="demo") as bar:

            def tell(step: str) -> None:
                bar.set_postfix_str(step)
                bar.update()

            counts = build(sizes, tell)
        if options["json"]:
            self.emit(counts)
            return
        loaded = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        self.stdout.write(f"Demo company loaded in {time.monotonic() - started:.0f} s: {loaded}.")

    def list_users(self) -> None:
        users = User.objects.exclude(demo_line="").order_by("pk")
        if not users:
            return
        self.stdout.write(f"Demo users (password {PASSWORD}; or one click on the sign-in page):")
        for user in users:
            self.stdout.write(f"  {user.username:8} {user.demo_line}")
