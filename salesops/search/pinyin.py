"""How Chinese characters are typed on a Latin keyboard: initials and syllables without tones."""

from __future__ import annotations

import itertools
import unicodedata
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

MOST_SPELLINGS = 4
LONGEST = 24


@lru_cache(maxsize=1)
def _readings() -> dict[int, str]:
    """Readings by character. Only this table of the package is loaded: its phrases would take 50 MB."""
    package = find_spec("pypinyin")
    folder = Path((package.submodule_search_locations or [""])[0]) if package else Path()
    spec = spec_from_file_location("salesops_pinyin_table", folder / "pinyin_dict.py")
    if spec is None or spec.loader is None:
        return {}
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pinyin_dict


@lru_cache(maxsize=8192)
def syllables(character: str) -> tuple[str, ...]:
    """The syllables of a character without tones, the commonest first; three at most."""
    found: list[str] = []
    for reading in _readings().get(ord(character), "").split(","):
        plain = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ǚ", "v").replace("ǜ", "v"))
        plain = plain.replace("ǘ", "v").replace("ǖ", "v")
        plain = "".join(c for c in plain if c.isascii() and c.isalpha())
        if plain and plain not in found:
            found.append(plain)
    return tuple(found[:3])


def spellings(text: str) -> set[str]:
    """Initials and whole syllables from each character of a Chinese run to its end.

    ``东方贸易`` gives ``dfmy``, ``fmy``, ``my`` and ``dongfangmaoyi``, ``fangmaoyi`` …; what is typed is
    looked for at their beginning. Characters with several readings give up to four ways.
    """
    words: set[str] = set()
    readings = [ways for character in text[:LONGEST] if (ways := syllables(character))]
    for start in range(len(readings)):
        rest = readings[start:]
        for way in itertools.islice(_ways(rest), MOST_SPELLINGS):
            words.add("".join(way)[:60])
        if len(rest) > 1:
            firsts = [tuple(dict.fromkeys(s[0] for s in ways)) for ways in rest]
            words.update("".join(way) for way in itertools.islice(_ways(firsts), MOST_SPELLINGS))
    return words


def _ways(readings: list[tuple[str, ...]]):
    """Combinations in which the first characters vary first: a name is typed from its beginning."""
    for way in itertools.product(*reversed(readings)):
        yield tuple(reversed(way))
