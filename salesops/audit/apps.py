"""Wiring of this room at start."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "salesops.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit.permissions import register_policies

        register_policies()
