"""Files without a row are collected after a time of grace; rows whose file is gone or changed are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from salesops.documents import store
from salesops.documents.models import StoredFile
from salesops.handbook.selectors import rule


def sweep(*, at: datetime, dry_run: bool = False) -> list[Path]:
    """Remove what broken uploads left behind; files younger than the grace may still get their row."""
    before = (at - timedelta(hours=rule("documents.orphan_hours", on=timezone.localdate(at)))).timestamp()
    found = [path for path in (*_without_row(), *_files(store.incoming())) if path.stat().st_mtime < before]
    if not dry_run:
        for path in found:
            path.unlink(missing_ok=True)
    return found


def find_faults(*, contents: bool = False) -> list[tuple[StoredFile, str]]:
    """Rows whose file is ``missing`` or, with ``contents``, ``changed``; all files are read then."""
    faults = []
    for row in _rows():
        path = store.path_of(row.stored_as)
        if not path.is_file():
            faults.append((row, "missing"))
        elif path.stat().st_size != row.size or (contents and store.hash_of(path) != row.sha256):
            faults.append((row, "changed"))
    return faults


def _rows() -> Iterator[StoredFile]:
    """All rows, some hundred at a time: reading their files may take hours, and no cursor stays open for it."""
    last = 0
    while rows := list(StoredFile.objects.filter(pk__gt=last).order_by("pk")[:500]):
        yield from rows
        last = rows[-1].pk


def _without_row() -> Iterator[Path]:
    for folder in sorted(store.root().glob("??")):
        paths = {path.name: path for path in _files(folder)}
        known = set(StoredFile.objects.filter(stored_as__in=paths).values_list("stored_as", flat=True))
        yield from (path for name, path in sorted(paths.items()) if name not in known)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def store_report(*, at: datetime) -> dict[str, Any]:
    """What the page of the store shows: how much there is, what is missing, what the next sweep collects."""
    sums = StoredFile.objects.aggregate(files=Count("pk"), size=Sum("size"))
    faults = find_faults()
    return {
        "files": sums["files"],
        "size": sums["size"] or 0,
        "faults": faults[:200],
        "fault_count": len(faults),
        "leftovers": len(sweep(at=at, dry_run=True)),
    }
