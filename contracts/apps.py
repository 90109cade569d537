"""Wiring of this app at start."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contracts import handbook, imports, panels, permissions

        permissions.register_policies()
        handbook.register()
        panels.register()
        imports.register_kinds()
