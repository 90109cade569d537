"""Wiring of this room at start."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "salesops.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import handlers, panels, tracking  # noqa: F401
        from salesops.audit.permissions import register_policies
        from salesops.ui.models import FormReceipt, SavedView

        register_policies()
        panels.register()
        tracking.exempt(FormReceipt, "one-time keys of forms; the act itself is in the timeline")
        tracking.exempt(SavedView, "how somebody likes to look at a list")
