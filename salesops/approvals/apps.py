"""Wiring of this room at start."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ApprovalsConfig(AppConfig):
    name = "salesops.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.approvals import (  # noqa: F401
            handbook,
            handlers,
            panels,
            permissions,
            seeds,
            verbs,
        )
        from salesops.approvals.services import clock
        from salesops.jobs.registry import outbox_kinds

        permissions.register_policies()
        handbook.register()
        verbs.register()
        clock.register()
        panels.register()
        outbox_kinds.register("approval_deadline", clock.watch_one)
        post_migrate.connect(seeds.seed_flows, sender=self, dispatch_uid="approvals.seed_flows")
