"""Which encoding a text file is written in, by looking at all of it once."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_CHUNK = 1 << 20


def detect_encoding(path: Path) -> str:
    """UTF-8 (with or without mark), UTF-16 with mark, GB18030 or Windows-1252.

    A file that mixes encodings counts as what most of its lines are; the other lines become bad rows.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if _decodes(path, "utf-8"):
        return "utf-8"
    utf8_lines, other_lines, lonely, high = _count(path)
    if utf8_lines > other_lines:
        return "utf-8"
    if high and lonely * 2 > high:
        return "cp1252"
    return "gb18030"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _count(path: Path) -> tuple[int, int, int, int]:
    """Lines beyond ASCII that are UTF-8, that are not, and how many high bytes stand alone of how many."""
    utf8_lines = other_lines = lonely = high = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                utf8_lines += 1
            except UnicodeDecodeError:
                other_lines += 1
                for run in _HIGH_RUNS.findall(line):
                    high += len(run)
                    lonely += len(run) == 1
    return utf8_lines, other_lines, lonely, high
