"""Refusals of this room, each with its sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.core.errors import DomainError


class JobFailed(DomainError):
    """The work of a run raised; the run is recorded as failed and nothing of its work was kept."""

    status = 409


def not_waiting() -> tuple[Any]:
    return (_("This message has been sent already."),)
