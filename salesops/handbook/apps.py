"""Wiring of this room at start."""

from django.apps import AppConfig


class HandbookConfig(AppConfig):
    name = "salesops.handbook"
    label = "handbook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.handbook import pages, permissions

        permissions.register_policies()
        pages.register()
