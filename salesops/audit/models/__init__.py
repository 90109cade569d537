"""Timeline of acts and the log of sensitive reads; append-only."""

from salesops.audit.models.timeline import AuditEvent, AuditLink

__all__ = ["AuditEvent", "AuditLink"]
