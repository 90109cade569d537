"""The import by pages: upload, mapping, check, run in the worker, result."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from salesops.audit.services import record
from salesops.core.errors import AskOffer, Conflict, DomainError, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.policies import can
from salesops.exchange.aliases import suggest
from salesops.exchange.mapping import Mapping, make_mapping
from salesops.exchange.models import BatchState, ImportBatch
from salesops.exchange.permissions import may_import, not_yours
from salesops.exchange.plan import Plan, source_for
from salesops.exchange.reading import BadRow, open_source
from salesops.exchange.registry import ImportKind, import_kinds
from salesops.exchange.services.importing import Result, run_import
from salesops.handbook.selectors import rule
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services.outbox import LOST, enqueue

FOLDER = "imports"
PREVIEW_ROWS = 50
_SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm"}


def path_of(batch: ImportBatch) -> Path:
    """Where the upload lies. Raises ``InvalidInput`` when it was removed."""
    path = Path(settings.MEDIA_ROOT) / FOLDER / batch.stored_as
    if not batch.stored_as or not path.is_file():
        raise InvalidInput(_("The uploaded file is no longer kept."), way_out=_("Upload it again."))
    return path


def upload(
    *, actor: Any, kind: ImportKind, upload: Any, mapping: dict[str, Any] | None, at: datetime
) -> ImportBatch:
    """Store a file under a random name and suggest where its columns go. Raises ``InvalidInput``, ``NotAllowed``."""
    if not may_import(actor, kind):
        raise not_yours(kind)
    limit = rule("exchange.max_upload_mb", on=timezone.localdate(at))
    if upload.size > limit * 1024 * 1024:
        raise InvalidInput(
            _("The file is larger than %(limit)d MiB.") % {"limit": limit},
            field="file",
            way_out=_("Part it, or let an administrator import it by command."),
            clause="exchange.max_upload_mb",
            release=AskOffer(_("Please import a large file by command"), roles=("administrator",)),
            megabytes=upload.size // 2**20,
            most=limit,
        )
    suffix = Path(upload.name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise InvalidInput(
            _("Only CSV and XLSX files are read."), field="file", way_out=_("Save the sheet as one of these.")
        )
    if mapping and mapping.get("join"):
        raise InvalidInput(
            _("A mapping that joins a second file works by command only."),
            field="mapping",
            way_out="manage.py import_records",
        )
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(16)}{suffix}"
    try:
        with path.open("xb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        checked = make_mapping(mapping, kind) if mapping else Mapping()
        source = source_for(kind, path, checked)
        if source.options["header_row"] > 1:
            checked.file["header_row"] = source.options["header_row"]
        if not mapping:
            checked.columns = suggest(kind, source.headers)
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                kind=kind.name,
                file_name=Path(upload.name).name[:255],
                stored_as=path.name,
                mapping=checked.as_dict(),
                created_by=actor,
            )
            record("exchange.file_uploaded", batch, actor=actor, at=at, data={"file": batch.file_name})
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return batch


def mapping_of(batch: ImportBatch) -> Mapping:
    return make_mapping(batch.mapping, import_kinds[batch.kind])


def set_mapping(
    *, actor: Any, batch: ImportBatch, mapping: dict[str, Any], skip_bad: bool, allocate: str, at: datetime
) -> ImportBatch:
    """Take the mapping of the page and have all rows checked. Raises ``InvalidInput``, ``Conflict``."""
    kind = import_kinds[batch.kind]
    make_mapping(mapping, kind)
    with transaction.atomic():
        row = _locked(actor, batch, BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED)
        _not_too_many(actor, at)
        row.mapping, row.skip_bad, row.allocate = mapping, skip_bad, allocate
        row.state, row.progress, row.message, row.rejections = BatchState.CHECKING, 0, "", []
        row.version += 1
        row.save()
        enqueue("exchange.check", f"exchange.check.{row.pk}.{row.version}", {"batch": row.pk}, at=at)
    return row


def start(*, actor: Any, batch: ImportBatch, at: datetime) -> ImportBatch:
    """Have the worker import the checked file. Raises ``Conflict``, ``NotAllowed``."""
    with transaction.atomic():
        row = _locked(actor, batch, BatchState.CHECKED)
        _not_too_many(actor, at)
        if row.rejected and not row.skip_bad:
            raise Conflict(
                ngettext("%(count)d row is rejected.", "%(count)d rows are rejected.", row.rejected)
                % {"count": row.rejected},
                way_out=_("Correct the file or the mapping, or choose to load the good rows only."),
            )
        row.state, row.progress, row.started_at = BatchState.RUNNING, 0, at
        row.version += 1
        row.save()
        enqueue("exchange.run", f"exchange.run.{row.pk}.{row.version}", {"batch": row.pk}, at=at)
    return row


def _not_too_many(actor: Any, at: datetime) -> None:
    """One person does not fill the queue of all (R1). Raises ``Conflict``."""
    limit = rule("exchange.max_queued", on=timezone.localdate(at))
    advisory_lock(f"imports of {actor.pk}")
    busy = (BatchState.CHECKING, BatchState.RUNNING)
    if ImportBatch.objects.filter(created_by=actor, state__in=busy).count() >= limit:
        raise Conflict(
            _("%(limit)d imports of yours are being worked on already.") % {"limit": limit},
            way_out=_("Wait until one of them is done."),
            clause="exchange.max_queued",
            most=limit,
        )


def _locked(actor: Any, batch: ImportBatch, *states: str) -> ImportBatch:
    row = lock_row(ImportBatch.objects, batch.pk)
    if not can(actor, "run", row) or not may_import(actor, import_kinds[row.kind]):
        raise NotAllowed(_("You may not run this import."))
    if row.state not in states:
        raise Conflict(
            _("This import is “%(state)s” now.") % {"state": row.get_state_display()},
            way_out=_("Reload the page."),
        )
    return row


def deliver_check(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    _work(payload["batch"], BatchState.CHECKING, message, at=at)


def deliver_run(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    _work(payload["batch"], BatchState.RUNNING, message, at=at)


def _work(pk: int, state: str, message: OutboxMessage | None, *, at: datetime) -> None:
    """Check or run a batch in the worker, once; a second delivery finds another state and does nothing."""
    batch = ImportBatch.objects.select_related("created_by").filter(pk=pk, state=state).first()
    if batch is None:
        return
    with override(getattr(batch.created_by, "language", "") or settings.LANGUAGE_CODE), _Progress(pk) as show:
        if message is not None and message.last_error == LOST:
            batch.message = _(
                "The server stopped in the middle: nothing had been written, and it began anew."
            )
            ImportBatch.objects.filter(pk=pk).update(message=batch.message, progress=0)
        try:
            result = run_import(
                import_kinds[batch.kind],
                path_of(batch),
                mapping_of(batch),
                actor=batch.created_by,
                at=at,
                dry_run=state == BatchState.CHECKING,
                skip_bad=batch.skip_bad,
                options={"allocate": batch.allocate or None},
                batch=batch,
                progress=show,
            )
        except DomainError as error:
            ImportBatch.objects.filter(pk=pk).update(
                state=BatchState.FAILED, message=str(error), finished_at=at, rejected=0, rejections=[]
            )
            return
    _keep(pk, state, result, at=at)


def _keep(pk: int, state: str, result: Result, *, at: datetime) -> None:
    if state == BatchState.RUNNING and not result.refused:
        return
    done = BatchState.CHECKED if state == BatchState.CHECKING else BatchState.FAILED
    ImportBatch.objects.filter(pk=pk).update(
        state=done,
        finished_at=at,
        rows=result.rows,
        rows_skipped=result.skipped,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=len({rejection.row for rejection in result.rejected}),
        rejections=[rejection.as_dict() for rejection in result.rejected[:1000]],
    )


class _Progress:
    """Writes how far a batch is by a connection of its own, so that the page sees it before the commit."""

    def __init__(self, pk: int) -> None:
        self.pk = pk
        self.connection: Any = None

    def __enter__(self) -> Any:
        return self.show

    def show(self, stage: str, done: int, total: int) -> None:
        if self.connection is None:
            self.connection = connection.copy()
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE exchange_importbatch SET progress = %s, rows = greatest(rows, %s) WHERE id = %s",
                [done if stage == "write" else 0, max(done, total), self.pk],
            )

    def __exit__(self, *error: object) -> None:
        if self.connection is not None:
            self.connection.close()


def preview(batch: ImportBatch) -> dict[str, Any]:
    """The first rows as they are understood, with what is wrong in each cell."""
    kind, mapping = import_kinds[batch.kind], mapping_of(batch)
    source = open_source(path_of(batch), file=mapping.file, join={})
    plan = Plan(kind, source, mapping)
    names = [column.name for column in kind.columns if column.name in plan.present]
    rows = []
    for row in source.rows():
        if len(rows) >= PREVIEW_ROWS:
            break
        if isinstance(row, BadRow):
            if kind.beside and row.cells and kind.beside(row.cells):
                continue
            rows.append({"number": row.number, "cells": [], "reason": row.reason, "skipped": False})
            continue
        number, cells = row
        if kind.beside and kind.beside(cells):
            continue
        typed, wrong = plan.typed(number, cells)
        reasons = {rejection.column: rejection for rejection in wrong}
        rows.append(
            {
                "number": number,
                "skipped": bool(plan.skips) and plan.skipped(cells),
                "reason": "",
                "cells": [
                    {
                        "value": reasons[name].value if name in reasons else _shown(getattr(typed, name)),
                        "reason": reasons[name].reason if name in reasons else "",
                    }
                    for name in names
                ],
            }
        )
    return {"columns": [column for column in kind.columns if column.name in names], "rows": rows}


def remove_old_files(*, at: datetime, dry_run: bool = False) -> list[ImportBatch]:
    """Remove uploads older than the rule says, and files that no batch knows; a dry run only names them."""
    days = rule("exchange.keep_days", on=timezone.localdate(at))
    old = list(ImportBatch.objects.filter(created_at__lt=at - timedelta(days=days)).exclude(stored_as=""))
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    if dry_run:
        return old
    for batch in old:
        (folder / batch.stored_as).unlink(missing_ok=True)
        batch.stored_as = ""
        batch.save(update_fields=["stored_as", "updated_at"])
    if folder.is_dir():
        known = set(ImportBatch.objects.exclude(stored_as="").values_list("stored_as", flat=True))
        limit = (at - timedelta(days=1)).timestamp()
        for path in folder.iterdir():
            if path.name.split(".errors")[0] not in known and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
    return old


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)
