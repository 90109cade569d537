"""Wiring of this app at start."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contracts import handbook, imports, panels, permissions
        from customers.merging import stays

        permissions.register_policies()
        stays(
            "contracts.Contract.customer",
            "a signed contract never changes its party; shown with the kept file",
        )
        handbook.register()
        panels.register()
        imports.register_kinds()
