"""Write timeline entries in the transaction of the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from salesops.audit.models import AuditEvent, AuditLink


def record(
    verb: str,
    *subjects: Model | None,
    actor: Any,
    at: datetime,
    data: dict[str, Any] | None = None,
    comment: str = "",
    address: str | None = None,
) -> AuditEvent:
    """Write that ``actor`` did ``verb`` (``app.verb_in_past``) to ``subjects``; all their timelines show it.

    Address and request id are filled by the database from the context of the request.
    """
    event = AuditEvent.objects.create(
        at=at, actor=actor, verb=verb, data=data or {}, comment=comment, address=address
    )
    AuditLink.objects.bulk_create(_links(event, subjects))
    return event


def record_many(
    verb: str,
    entries: Iterable[tuple[Iterable[Model], dict[str, Any]]],
    *,
    actor: Any,
    at: datetime,
    batch_size: int = 2000,
) -> int:
    """Write one entry of the same verb per ``(subjects, data)``, in bulk; for imports. Returns how many."""
    pairs = [(AuditEvent(at=at, actor=actor, verb=verb, data=data), subjects) for subjects, data in entries]
    AuditEvent.objects.bulk_create([event for event, _ in pairs], batch_size=batch_size)
    AuditLink.objects.bulk_create(
        [link for event, subjects in pairs for link in _links(event, subjects)], batch_size=batch_size
    )
    return len(pairs)


def _links(event: AuditEvent, subjects: Iterable[Model]) -> list[AuditLink]:
    return [
        AuditLink(event=event, content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)
        for subject in dict.fromkeys(s for s in subjects if s is not None)
    ]
