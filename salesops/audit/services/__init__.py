"""Writing the audit trail."""

from salesops.audit.services.timeline import record, record_many

__all__ = ["record", "record_many"]
