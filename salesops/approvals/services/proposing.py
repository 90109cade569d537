"""Propose a change of fields that need a second person (DAT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from salesops.accounts.models import User
from salesops.approvals.changes import payload_of, sort_changes
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.approvals.services.requests import resubmit, start
from salesops.core.errors import InvalidInput


@transaction.atomic
def propose_change(
    *, actor: User, obj: Model, changes: Mapping[str, Any], at: datetime, reason: str = ""
) -> list[ApprovalRequest]:
    """Let changed values wait for a second person; the old ones stay in force until then.

    One request per kind of change; one that was returned to the actor is handed in again. Raises ``InvalidInput`` for a field that needs no second person today,
    ``Conflict`` when a change of the same kind waits already.
    """
    direct, waiting = sort_changes(obj, changes, on=timezone.localdate(at))
    if direct:
        raise InvalidInput(f"no second person is needed for {sorted(direct)}")
    return [
        _ask(actor, obj, key, payload_of(obj, values, on=timezone.localdate(at)), reason=reason, at=at)
        for key, values in waiting.items()
    ]


def _ask(
    actor: User, obj: Model, key: str, payload: dict[str, Any], *, reason: str, at: datetime
) -> ApprovalRequest:
    """A new request; a change that was returned to the same person is handed in again with the new values."""
    before = open_request(obj, key)
    mine = before is not None and actor.pk in (before.applicant_id, before.created_by_id)
    if before is not None and mine and before.state == RequestState.RETURNED:
        return resubmit(actor=actor, at=at, request=before, comment=reason, payload=payload)
    return start(actor=actor, at=at, obj=obj, document_type=key, reason=reason, payload=payload)
