"""Base of operator commands: exit codes and the one JSON document (interfaces §0)."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from salesops.core.errors import DomainError, InvalidInput


def plain(value: Any) -> Any:
    """Dates ISO 8601, amounts as strings with their decimals, lazy texts as text."""
    return (
        value.isoformat()
        if isinstance(value, date)
        else format(value, "f")
        if isinstance(value, Decimal)
        else str(value)
    )


def parse_date(text: str) -> date:
    """Read ``2026-10-31``. Raises ``InvalidInput``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text}” is not a date.", way_out="Write it as 2026-10-31.") from None


def written_as(read: Callable[[str], Any]) -> Callable[[str], str]:
    """Type of an option that ``read`` can read; what it cannot is wrong usage. The text itself is handed on."""

    def option(text: str) -> str:
        try:
            read(text)
        except InvalidInput as error:
            raise ArgumentTypeError(str(error)) from None
        return text

    return option


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


class OperatorCommand(BaseCommand):
    """Exit 0 on success, 1 with one sentence on stderr when refused or failed, 2 on wrong usage."""

    requires_system_checks: list[str] = []

    def add_json(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print exactly one JSON document on stdout")

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            return super().execute(*args, **options)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise CommandError(f"{where}{error.strerror or error}.") from error
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {_first_line(error)}") from error

    def emit(self, document: Any) -> None:
        """Print the JSON document."""
        self.stdout.write(json.dumps(document, default=plain, ensure_ascii=False))
