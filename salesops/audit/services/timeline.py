"""Write a timeline entry in the transaction of the act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from salesops.audit.models import AuditEvent, AuditLink


def record(
    verb: str,
    *subjects: Model,
    actor: Any,
    at: datetime,
    data: dict[str, Any] | None = None,
    comment: str = "",
    address: str | None = None,
) -> AuditEvent:
    """Write that ``actor`` did ``verb`` (``app.verb_in_past``) to ``subjects``; all their timelines show it."""
    event = AuditEvent.objects.create(
        at=at, actor=actor, verb=verb, data=data or {}, comment=comment, address=address
    )
    _link(event, subjects)
    return event


def _link(event: AuditEvent, subjects: Iterable[Model]) -> None:
    AuditLink.objects.bulk_create(
        AuditLink(event=event, content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)
        for subject in dict.fromkeys(s for s in subjects if s is not None)
    )
