"""Wiring of this room at start."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "salesops.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.approvals import (  # noqa: F401
            handbook,
            handlers,
            panels,
            papers,
            permissions,
            seeds,
            verbs,
        )
        from salesops.approvals.services import clock
        from salesops.core.schema import after_migrate
        from salesops.jobs.registry import outbox_kinds

        permissions.register_policies()
        handbook.register()
        verbs.register()
        clock.register()
        panels.register()
        papers.register()
        outbox_kinds.register("approval_deadline", clock.watch_one)
        after_migrate.register("approvals.flows", seeds.seed_flows)
