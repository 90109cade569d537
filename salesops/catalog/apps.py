"""Wiring of this room at start."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "salesops.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.catalog import handbook, pages, permissions

        handbook.register()
        permissions.register_policies()
        pages.register()
