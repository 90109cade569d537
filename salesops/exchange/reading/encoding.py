"""Which encoding a text file is written in, by looking at all of it once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_CHUNK = 1 << 20
_LOOKED_AT = 1 << 20  # bytes of the lines beyond ASCII by which Big5 and GB18030 are told apart


def detect_encoding(path: Path) -> str:
    """UTF-8 or UTF-16 (with or without mark), GB18030, Big5, Shift-JIS or Windows-1252.

    A file that mixes encodings counts as what most of its lines are; the other lines become bad rows.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if wide := _without_mark(head):
        return wide
    if _decodes(path, "utf-8"):
        return "utf-8"
    utf8_lines, other_lines, lonely, high = _count(path)
    if utf8_lines > other_lines:
        return "utf-8"
    if high and lonely * 2 > high:
        return "cp1252"
    if _looks_like_shift_jis(path):
        return "cp932"
    return "cp950" if _looks_like_big5(path) else "gb18030"


def _without_mark(head: bytes) -> str:
    """UTF-16 that begins with two ASCII signs, as the header of a table mostly does."""
    if len(head) < 4 or head.count(0) != 2:
        return ""
    return "utf-16-le" if head[1] == head[3] == 0 else "utf-16-be" if head[0] == head[2] == 0 else ""


def _looks_like_shift_jis(path: Path) -> bool:
    """Do most characters begin below 0xA0? Kana and the frequent kanji do in Shift-JIS, hardly any in GB2312 or Big5."""
    low = signs = 0
    for line in _beyond_ascii(path):
        position = 0
        while position < len(line):
            first = line[position]
            double = 0x81 <= first <= 0x9F or 0xE0 <= first <= 0xFC
            position += 2 if double else 1
            signs += first > 0x7F
            low += 0x81 <= first <= 0x9F
    return signs > 0 and low > signs * 0.6 and _decodes(path, "cp932")


def _looks_like_big5(path: Path) -> bool:
    """Are the pairs of bytes the frequent characters of Big5 rather than those of GB2312?

    Both write Chinese with two bytes, and mostly each can be read as the other: as rare characters.
    """
    pairs = big5 = gb = 0
    for line in _beyond_ascii(path):
        position = 0
        while position < len(line) - 1:
            first, second = line[position], line[position + 1]
            if first < 0x81:
                position += 1
                continue
            position += 2
            pairs += 1
            big5 += 0xA4 <= first <= 0xC6 and (0x40 <= second <= 0x7E or 0xA1 <= second <= 0xFE)
            gb += 0xB0 <= first <= 0xD7 and second >= 0xA1
    return pairs > 0 and big5 > gb + pairs * 0.1


def _beyond_ascii(path: Path) -> Iterator[bytes]:
    size = 0
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                size += len(line)
                yield line
            if size > _LOOKED_AT:
                return


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
