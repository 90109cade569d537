"""What this room publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TaskFinished:
    task_id: int
    at: datetime


@dataclass(frozen=True)
class RequestAnswered:
    request_id: int
    at: datetime
