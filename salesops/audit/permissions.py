"""Who reads the audit: the auditor, the general manager and the administrator; nobody changes it."""

from __future__ import annotations

from salesops.audit.models import AccessLog, AuditEvent, AuditLink, AuditSeal, RowChange
from salesops.core.policies import Policy, register


class AuditPolicy(Policy):
    """Requirements §I, last row. The administrator keeps the machine and may read what it wrote."""

    matrix = "auditor:all:view gm:all:view administrator:all:view"
    owner_path = None
    team_path = None


def register_policies() -> None:
    for model in (AuditEvent, AuditLink, AccessLog, RowChange, AuditSeal):
        register(model, AuditPolicy())
