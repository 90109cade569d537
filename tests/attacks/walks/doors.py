"""Every door of the product with somebody whom it lets in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.access.table import OK, Row, all_rows

# Who sees most comes first.
ORDER = [
    "mona",
    "dora",
    "root",
    "gina",
    "hugo",
    "otto",
    "lena",
    "aida",
    "bob",
    "alice",
    "carol",
    "asha",
    "sam",
]
# Doors that end the session, or lead out of it, say nothing about the pages behind.
OUTSIDE = {"accounts:logout", "accounts:demo_sign_in"}


def visitor(row: Row, method: str) -> str:
    """Somebody whom the door lets in by this method, or nobody."""
    if (row.get if method == "get" else row.post) is None or row.url in OUTSIDE:
        return ""
    return next((name for name in ORDER if row.expected(method, name) == OK), "")


def doors(method: str) -> list[Row]:
    """One row per url that answers the method."""
    return list({row.url: row for row in reversed(all_rows()) if visitor(row, method)}.values())[::-1]


def names_of(text: str) -> set[str]:
    """Parameters that a page knows: its form fields and the keys of its links to itself."""
    main = text[text.find("<main") :]
    found = set(re.findall(r'<(?:input|select|textarea)[^>]*\bname="([^"]+)"', main))
    for query in re.findall(r'href="[^"]*\?([^"]*)"', main):
        found |= {part.partition("=")[0] for part in re.split(r"&amp;|&", query)}
    return found - {"csrfmiddlewaretoken", "form_key", "form_version", ""}


def chunks(items: list, size: int) -> Iterator[list]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
