"""Timeline of acts, row history and the log of sensitive reads; append-only and chained."""

from salesops.audit.models.access import AccessLog
from salesops.audit.models.rows import AuditSeal, RowChange
from salesops.audit.models.timeline import AuditEvent, AuditLink, Sealed

__all__ = ["AccessLog", "AuditEvent", "AuditLink", "AuditSeal", "RowChange", "Sealed"]
