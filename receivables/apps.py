"""Wiring of this app at start."""

from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "receivables"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from receivables import (  # noqa: F401
            checks,
            handbook,
            handlers,
            imports,
            jobs,
            panels,
            permissions,
            timeline,
        )

        permissions.register_policies()
        handbook.register()
        timeline.register()
        jobs.register()
        checks.register()
        imports.register_kinds()
        panels.register()
