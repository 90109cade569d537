"""What stands on a print of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from salesops.documents import letters
from salesops.documents.models import Letterhead, PrintText


def letterhead_on(day: date) -> Letterhead | None:
    return Letterhead.objects.filter(from_date__lte=day).order_by("-from_date").first()


def texts_on(
    day: date, print_key: str, languages: tuple[str, ...], values: Mapping[str, Any]
) -> dict[str, list[tuple[str, SafeString]]]:
    """Per place the texts in the languages of the print; one of the print itself wins over one of all prints."""
    rows = PrintText.objects.filter(print_key__in=("", print_key), language__in=languages, from_date__lte=day)
    newest: dict[tuple[str, str], PrintText] = {}
    for row in rows.order_by("print_key", "from_date"):
        newest[row.place, row.language] = row
    answer: dict[str, list[tuple[str, SafeString]]] = {}
    for language in languages:
        for (place, spoken), row in newest.items():
            if spoken == language and row.body:
                answer.setdefault(place, []).append((language, letters.fill(row.body, values)))
    return answer
