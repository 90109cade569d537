"""Acts on files."""

from salesops.documents.services.attachments import add_file, add_files, download, replace_file, void_file
from salesops.documents.services.classes import set_class
from salesops.documents.services.letters import set_letterhead, set_text
from salesops.documents.services.papers import (
    archive_document,
    change_document,
    create_document,
    next_version,
    publish_document,
    read_document,
    return_document,
    submit_document,
)
from salesops.documents.services.sweep import find_faults, store_report, sweep
from salesops.documents.services.thumbs import thumbnail

__all__ = [
    "add_file",
    "add_files",
    "archive_document",
    "change_document",
    "create_document",
    "download",
    "find_faults",
    "next_version",
    "publish_document",
    "read_document",
    "replace_file",
    "return_document",
    "set_class",
    "set_letterhead",
    "set_text",
    "store_report",
    "submit_document",
    "sweep",
    "thumbnail",
    "void_file",
]
