"""Wiring of this room at start."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "salesops.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.documents import handbook, jobs, numbers, pages, permissions

        permissions.register_policies()
        handbook.register()
        numbers.register()
        jobs.register()
        pages.register()
