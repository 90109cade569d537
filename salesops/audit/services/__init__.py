"""Writing the audit trail."""

from salesops.audit.services.timeline import record

__all__ = ["record"]
