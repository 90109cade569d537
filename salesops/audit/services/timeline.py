"""Write timeline entries in the transaction of the act."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model

from salesops.audit.models import AuditEvent, AuditLink

# The event and its links in one statement: every act writes one.
_WRITE = """
    WITH event AS (
        INSERT INTO audit_auditevent (at, actor_id, verb, data, comment, address, request_id)
        VALUES (%s, %s, %s, %s::jsonb, %s, %s::inet, '') RETURNING id
    ), links AS (
        INSERT INTO audit_auditlink (event_id, content_type_id, object_id)
        SELECT event.id, link.kind, link.key
          FROM event, unnest(%s::integer[], %s::bigint[]) WITH ORDINALITY AS link (kind, key, place)
         ORDER BY link.place
    )
    SELECT id FROM event
"""


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
    event = AuditEvent(at=at, actor=actor, verb=verb, data=data or {}, comment=comment, address=address)
    links = _links(event, subjects)
    values = [
        at, event.actor_id, verb, json.dumps(event.data, cls=DjangoJSONEncoder), comment, address,
        [link.content_type_id for link in links], [link.object_id for link in links],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        event.pk = cursor.fetchone()[0]
    event._state.adding = False
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
