"""Which files are kept: the ending and the content must both say the same (quality F1)."""

from __future__ import annotations

import os
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput

NAME_LENGTH = 200
# Endings that run somewhere; a name that hides one before its last ending is refused.
RUNS = frozenset(
    [
        "html",
        "htm",
        "xhtml",
        "shtml",
        "svg",
        "xml",
        "js",
        "mjs",
        "php",
        "phtml",
        "phar",
        "exe",
        "com",
        "bat",
        "cmd",
        "msi",
        "scr",
        "dll",
        "ps1",
        "vbs",
        "jar",
        "sh",
        "py",
        "pl",
        "cgi",
        "jsp",
        "asp",
        "aspx",
        "hta",
        "lnk",
        "reg",
        "docm",
        "xlsm",
        "pptm",
        "swf",
    ]
)
_MARKUP = re.compile(
    r"\s*(<\s*(!doctype|html|script|svg|\?xml|\?php|body|head|iframe)|%PDF|#!|MZ)", re.IGNORECASE
)
_ENTRIES, _UNPACKED, _RATIO = 5000, 500 * 1024 * 1024, 200


@dataclass(frozen=True)
class Kind:
    """One type of file: what browsers and programs call it, and how its content is recognised."""

    content_type: str
    is_it: Callable[[Path], bool]
    picture: str = ""  # the format of the picture library; such files are drawn anew


def _pdf(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-":
            return False
        file.seek(max(file.seek(0, os.SEEK_END) - 4096, 0))
        ends = b"%%EOF" in file.read()
    return ends and not zipfile.is_zipfile(path)


def _begins(*marks: bytes) -> Callable[[Path], bool]:
    def is_it(path: Path) -> bool:
        with path.open("rb") as file:
            head = file.read(16)
        return any(head.startswith(mark) for mark in marks)

    return is_it


def _webp(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"WEBP"


def _office(part: str) -> Callable[[Path], bool]:
    """A package of Office: its parts are there, no macros, and it does not unpack to a thousand times its size."""

    def is_it(path: Path) -> bool:
        try:
            with path.open("rb") as file:
                if file.read(4) != b"PK\x03\x04":
                    return False
            with zipfile.ZipFile(path) as package:
                entries = package.infolist()
                names = {entry.filename for entry in entries}
                unpacked = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False
        size = path.stat().st_size
        # Parts that lie over each other, or are there twice.
        overlaps = packed > size or len(names) < len(entries)
        if overlaps or len(entries) > _ENTRIES or unpacked > min(_UNPACKED, _RATIO * size + 2**20):
            raise InvalidInput(
                _("This file unpacks to far more than it seems."), field="file", way_out=_("Save it anew.")
            )
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise InvalidInput(
                _("Files with macros are not kept."), field="file", way_out=_("Save it without macros.")
            )
        unsafe = any(name.startswith(("/", "\\")) or ".." in Path(name).parts for name in names)
        return not unsafe and "[Content_Types].xml" in names and part in names

    return is_it


def _text(path: Path) -> bool:
    """Text in UTF-8, UTF-16 with its mark, or GB18030; neither markup nor a program."""
    data = path.read_bytes()
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "\0" not in text and not _MARKUP.match(text.lstrip("\ufeff"))
    return False


_OOXML = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", _pdf),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff"), "JPEG"),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff"), "JPEG"),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n"), "PNG"),
    "webp": Kind("image/webp", _webp, "WEBP"),
    "gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a"), "GIF"),
    "docx": Kind(_OOXML + "wordprocessingml.document", _office("word/document.xml")),
    "xlsx": Kind(_OOXML + "spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": Kind(_OOXML + "presentationml.presentation", _office("ppt/presentation.xml")),
    "csv": Kind("text/csv; charset=utf-8", _text),
    "txt": Kind("text/plain; charset=utf-8", _text),
}


def clean_name(raw: str) -> str:
    """The name of an upload as text: no folders, no invisible marks, at most 200 characters with its ending."""
    name = unicodedata.normalize("NFC", raw or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(mark for mark in name if mark.isprintable()).strip()
    stem, dot, ending = name.rpartition(".")
    if dot and len(name) > NAME_LENGTH:
        name = f"{stem[: NAME_LENGTH - len(ending) - 2]}….{ending}"
    return name[:NAME_LENGTH]


def kind_of_name(name: str, allowed: list[str]) -> str:
    """The ending that decides the type. Raises ``InvalidInput`` for one that is not kept."""
    stem, dot, ending = name.rpartition(".")
    ending = ending.lower()
    if not dot or not stem.strip(" .") or ending not in KINDS or ending not in allowed:
        heic = ending in ("heic", "heif")
        raise InvalidInput(
            _("Files of the type “%(type)s” are not kept.") % {"type": ending[:20] if dot else "–"},
            field="file",
            way_out=_(
                "Let the phone take pictures as JPEG (iPhone: Settings, Camera, Formats, Most Compatible). "
                "One taken before becomes a JPEG when it is shared with the option Most Compatible, or opened and exported."
            )
            if heic
            else _("Kept are: %(types)s.") % {"types": ", ".join(allowed)},
        )
    if any(part.strip().lower() in RUNS for part in stem.split(".")[1:]):
        raise InvalidInput(
            _("This name has two endings, one of which is that of a program or a page."),
            field="file",
            way_out=_("Give the file a plain name."),
        )
    return ending


def require_content(path: Path, ending: str) -> None:
    """Raise ``InvalidInput`` unless the content is what the ending says."""
    if not KINDS[ending].is_it(path):
        raise InvalidInput(
            _("The content of this file is not of the type “%(type)s”.") % {"type": ending},
            field="file",
            way_out=_("Open it and save it in that format."),
        )
