"""Wiring of this room at start."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "salesops.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.approvals import handbook, handlers, panels, permissions, verbs  # noqa: F401
        from salesops.approvals.services import clock
        from salesops.jobs.registry import outbox_kinds

        permissions.register_policies()
        handbook.register()
        verbs.register()
        clock.register()
        panels.register()
        outbox_kinds.register("approval_deadline", clock.watch_one)
