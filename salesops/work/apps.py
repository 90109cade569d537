"""Wiring of this room at start."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "salesops.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.work import asking, handbook, jobs, measures, pages, permissions, reading, texts

        handbook.register()
        asking.register()
        permissions.register_policies()
        texts.register()
        jobs.register()
        reading.register()
        measures.register()
        pages.register()
