"""Wiring of this room at start."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "salesops.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.jobs import kernel_jobs, permissions

        permissions.register_policies()
        kernel_jobs.register()
