"""Run one import: read everything, then write everything in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.utils.translation import gettext as _

from salesops.audit.services import record
from salesops.core.errors import DomainError, InvalidInput
from salesops.core.locking import check_deferred
from salesops.exchange import bulk
from salesops.exchange.context import BatchContext, Document, Outcome, Refused, Rejection, RowError
from salesops.exchange.mapping import Mapping
from salesops.exchange.models import BatchState, ImportBatch
from salesops.exchange.permissions import may_import, not_yours
from salesops.exchange.plan import Plan, source_for, unreadable
from salesops.exchange.reading import BadRow, Source
from salesops.exchange.registry import ImportKind
from salesops.exchange.services.gathering import Gather, Seen

CHUNK_ROWS = 5000
_MOST_REFUSALS = 50  # by the database; then the rest of a failing chunk is rejected as one
Progress = Callable[[str, int, int], None]


@dataclass
class Result:
    """The answer of an import (interfaces §2). Counts are records; ``rows`` are data rows of the file."""

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    batch: int | None = None
    refused: bool = False
    header_row: int = 1
    unused: list[str] = field(
        default_factory=list
    )  # columns of the file that nobody asked for, without a mapping

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "rejected": [rejection.as_dict() for rejection in self.rejected],
            "batch": self.batch,
        }


@dataclass
class ReadFile:
    """The typed content of a file."""

    documents: list[Document]
    rejected: list[Rejection]
    rows: int
    skipped: int
    present: set[str]
    unused: list[str] = field(default_factory=list)


class _Undo(Exception):
    """Leave the transaction without a trace."""


def run_import(
    kind: ImportKind,
    path: Path,
    mapping: Mapping,
    *,
    actor: Any,
    at: datetime,
    dry_run: bool = False,
    skip_bad: bool = False,
    options: dict[str, Any] | None = None,
    batch: ImportBatch | None = None,
    progress: Progress | None = None,
) -> Result:
    """Import a file. All rows or none, unless ``skip_bad``; a dry run leaves nothing behind.

    Raises ``NotAllowed`` and ``InvalidInput``; rows that are refused are in the result.
    """
    if actor is not None and not may_import(actor, kind):
        raise not_yours(kind)
    source = source_for(kind, path, mapping)
    read = read_file(kind, source, mapping, progress)
    result = Result(kind.name, rows=read.rows, skipped=read.skipped, unused=read.unused)
    result.header_row = source.options["header_row"]
    outcome = Outcome(rejected=list(read.rejected))
    try:
        with transaction.atomic():
            own = batch or ImportBatch(kind=kind.name, file_name=path.name, created_by=actor)
            if own.pk is None:
                own.started_at = at
                own.save()
            ctx = BatchContext(
                kind,
                batch=own,
                actor=actor,
                at=at,
                present=read.present,
                lookups=mapping.lookups,
                options=options or {},
            )
            _write(ctx, read.documents, outcome, progress)
            result.refused = bool(outcome.rejected) and not skip_bad
            if result.refused or dry_run:
                raise _Undo
            _ask_again(actor, kind)
            _close(own, result, outcome, actor=actor, at=at)
            check_deferred()
            result.batch = own.pk
    except _Undo:
        pass
    except OperationalError:
        raise
    except DatabaseError as error:
        raise _refused_by_database(error) from error
    if not result.refused or dry_run:
        result.created, result.updated = outcome.created, outcome.updated
        result.unchanged = outcome.unchanged
    result.rejected = _in_order(outcome.rejected)
    return result


def _in_order(rejected: list[Rejection]) -> list[Rejection]:
    return sorted(rejected, key=lambda rejection: (rejection.row, rejection.column))


def _ask_again(actor: Any, kind: ImportKind) -> None:
    """Who left or lost the right while the rows were written has imported nothing (A10, Z16)."""
    if actor is None:
        return
    person = type(actor)._default_manager.filter(pk=actor.pk).first()
    if person is None or not may_import(person, kind):
        raise not_yours(kind)


def read_file(
    kind: ImportKind, source: Source, mapping: Mapping, progress: Progress | None = None, limit: int = 0
) -> ReadFile:
    """Parse all rows (or the first ``limit``) and gather them into documents."""
    plan = Plan(kind, source, mapping)
    sums = [name for name, options in mapping.columns.items() if options.get("sum")]
    gather = Gather(kind, mapping.file.get("duplicates", "reject"), sums)
    rejected: list[Rejection] = []
    seen = Seen(source, mapping.file.get("row_number", []))
    rows = skipped = 0
    for row in source.rows():
        if isinstance(row, BadRow) and row.joined:
            rejected.append(unreadable(row))
            continue
        rows += 1
        if limit and rows > limit:
            rows -= 1
            break
        if progress and rows % CHUNK_ROWS == 0:
            progress("read", rows, 0)
        if isinstance(row, BadRow):
            if kind.beside and row.cells and kind.beside(row.cells):
                skipped += 1
            else:
                rejected.append(unreadable(row))
            continue
        number, cells = row
        if kind.beside and kind.beside(cells):
            skipped += 1
            continue
        if seen.again(cells) or (plan.skips and plan.skipped(cells)):
            skipped += 1
            continue
        typed, wrong = plan.typed(number, cells)
        rejected.extend(wrong)
        gather.add(typed, bad=bool(wrong))
    rejected.extend(gather.finish())
    return ReadFile(gather.good(), rejected, rows, skipped, plan.present, plan.unused())


def _write(ctx: BatchContext, documents: list[Document], outcome: Outcome, progress: Progress | None) -> None:
    if ctx.kind.prepare:
        ctx.kind.prepare(ctx, documents)
    outcome.add(ctx.outcome)
    done, total = 0, sum(len(document.rows) for document in documents)
    for chunk in _chunks(documents):
        _load(ctx, chunk, outcome)
        done += sum(len(document.rows) for document in chunk)
        if progress:
            progress("write", done, total)
    for model, pks in outcome.tracked.items():
        bulk.track(ctx.batch, model, pks)


def _chunks(documents: list[Document]) -> Any:
    chunk: list[Document] = []
    rows = 0
    for document in documents:
        chunk.append(document)
        rows += len(document.rows)
        if rows >= CHUNK_ROWS:
            yield chunk
            chunk, rows = [], 0
    if chunk:
        yield chunk


def _load(ctx: BatchContext, chunk: list[Document], outcome: Outcome) -> None:
    """Load a chunk; when the database refuses it, halve it until the documents at fault stand alone."""
    error = _attempt(ctx, chunk)
    if isinstance(error, Refused):
        ctx.forget()
        _without(ctx, chunk, error, outcome)
        return
    if error is not None:
        ctx.forget()
        if len(chunk) > 1 and ctx.refusals < _MOST_REFUSALS:
            middle = len(chunk) // 2
            _load(ctx, chunk[:middle], outcome)
            _load(ctx, chunk[middle:], outcome)
            return
        ctx.refusals += 1
        ctx.outcome = Outcome()
        reason = _database_reason(error) if isinstance(error, DatabaseError) else str(error)
        column = error.field if isinstance(error, DomainError) else ""
        for document in chunk:
            ctx.reject(document, RowError(document.first, column, reason))
    outcome.add(ctx.outcome)


def _without(ctx: BatchContext, chunk: list[Document], refused: Refused, outcome: Outcome) -> None:
    """Reject the documents that are named, each with its own reason, and load the rest of the chunk."""
    ctx.outcome = Outcome()
    for document, error in refused.errors:
        ctx.reject(document, error)
    outcome.add(ctx.outcome)
    named = {id(document) for document, _error in refused.errors}
    if rest := [document for document in chunk if id(document) not in named]:
        _load(ctx, rest, outcome)


def _attempt(ctx: BatchContext, chunk: list[Document]) -> DatabaseError | DomainError | Refused | None:
    """Load a chunk in a savepoint; answers what refused it."""
    ctx.outcome = Outcome()
    try:
        with transaction.atomic():
            ctx.kind.load(ctx, chunk)
            check_deferred()
    except OperationalError:
        raise
    except (DatabaseError, DomainError, Refused) as error:
        return error
    return None


def _database_reason(error: DatabaseError) -> str:
    first = str(error).strip().splitlines()[0]
    return _("the database refuses it: %(reason)s") % {"reason": first}


def _refused_by_database(error: DatabaseError) -> InvalidInput:
    return InvalidInput(_database_reason(error), way_out=_("Nothing was imported."))


def _close(batch: ImportBatch, result: Result, outcome: Outcome, *, actor: Any, at: datetime) -> None:
    batch.state = BatchState.DONE
    batch.finished_at = at
    batch.rows, batch.rows_skipped = result.rows, result.skipped
    batch.created, batch.updated = outcome.created, outcome.updated
    batch.unchanged, batch.rejected = outcome.unchanged, len({entry.row for entry in outcome.rejected})
    batch.rejections = [entry.as_dict() for entry in _in_order(outcome.rejected)[:1000]]
    batch.save()
    record(
        "exchange.records_imported",
        batch,
        actor=actor,
        at=at,
        data={
            "kind": batch.kind,
            "file": batch.file_name,
            "rows": batch.rows,
            "created": batch.created,
            "updated": batch.updated,
            "unchanged": batch.unchanged,
            "rejected": batch.rejected,
        },
    )
