"""Wiring of this room at start."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "salesops.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.work import handbook, jobs, pages, permissions, texts

        handbook.register()
        permissions.register_policies()
        texts.register()
        jobs.register()
        pages.register()
