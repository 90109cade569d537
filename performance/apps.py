"""Wiring of this app at start."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "performance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from performance import handbook, permissions

        permissions.register_policies()
        handbook.register()
