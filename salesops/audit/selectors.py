"""Reading the audit: timelines, row history, verification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model, QuerySet

from salesops.audit.models import AuditEvent, AuditLink, RowChange
from salesops.audit.verbs import sentence_of
from salesops.core.questions import Question


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a timeline; ``before`` of the next page is the last line's ``id``."""

    id: int
    at: datetime
    actor: Any
    verb: str
    sentence: str
    comment: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Violation:
    """One fault of the audit, with the row it concerns."""

    problem: str
    table: str
    row_id: int
    seal: int | None

    def __str__(self) -> str:
        return f"{self.problem}: {self.table} row {self.row_id} (seal {self.seal})"


def timeline_of(obj: Model, limit: int = 30, before: int | None = None) -> list[TimelineEntry]:
    """The acts on a record, newest first; ``before`` is the id of the last entry already shown.

    One query, whatever the length of the history.
    """
    kind = ContentType.objects.get_for_model(obj).pk
    if before is None:
        return entries_of(_newest(limit, kind=kind, key=obj.pk))
    return entries_of(_newest(limit, kind=kind, key=obj.pk, before=before))


def _acts(limit: int, *, kind: int, key: int, before: int | None = None) -> QuerySet[AuditEvent]:
    links = AuditLink.objects.filter(content_type=kind, object_id=key).order_by("-event_id")
    if before is not None:
        links = links.filter(event_id__lt=before)
    return (
        AuditEvent.objects.filter(pk__in=links.values("event_id")[:limit])
        .select_related("actor")
        .only("at", "verb", "comment", "data", "actor__name", "actor__username")
        .order_by("-pk")
    )


_newest = Question(_acts)


def entries_of(events: Iterable[AuditEvent]) -> list[TimelineEntry]:
    """Events as lines with their sentences in the active language."""
    return [
        TimelineEntry(
            e.pk, e.at, e.actor, e.verb, sentence_of(e.verb, e.actor, e.data), e.comment, dict(e.data)
        )
        for e in events
    ]


def row_history(obj: Model) -> QuerySet[RowChange]:
    """What the triggers wrote about one row, newest first."""
    return (
        RowChange.objects.filter(table_name=obj._meta.db_table, row_id=str(obj.pk))
        .select_related("actor")
        .order_by("-pk")
    )


def created_values(current: dict[str, Any], changes: list[RowChange]) -> dict[str, Any]:
    """A row's values at its creation: the row as it is, walked back through its changes (newest first)."""
    values = dict(current)
    for change in changes:
        values.update(change.old or {})
    return values


def verify_chain(limit: int = 100) -> list[Violation]:
    """Faults of the audit, the tampered rows by name; an empty list means that nothing was touched."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT problem, place, row_id, seal FROM audit_verify() LIMIT %s", [limit])
        return [Violation(*row) for row in cursor.fetchall()]


def head() -> tuple[int, str]:
    """Number and hash of the newest seal; noted elsewhere, it proves that nothing was cut off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, encode(hash, 'hex') FROM audit_auditseal WHERE seq IS NOT NULL "
            "ORDER BY seq DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (0, "")
