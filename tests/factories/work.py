"""Thin makers of tasks, requests and comments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from salesops.work import services


def make_task(actor: Any, owner: Any, *, at: Any = None, **values: Any) -> Any:
    at = at or timezone.now()
    values = {"title": "Canary task", "due_at": at + timedelta(days=1), **values}
    return services.create_task(actor=actor, owner=owner, at=at, **values)


def make_request(actor: Any, to_team: Any, *, at: Any = None, **values: Any) -> Any:
    at = at or timezone.now()
    values = {"title": "Canary request", "due_at": at + timedelta(days=3), **values}
    return services.ask_department(actor=actor, to_team=to_team, at=at, **values)
