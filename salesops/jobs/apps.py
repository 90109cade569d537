"""Wiring of this room at start."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "salesops.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.jobs import kernel_jobs, pages, permissions
        from salesops.jobs.registry import leased_kinds, outbox_kinds
        from salesops.jobs.services.schedule import run_asked

        permissions.register_policies()
        kernel_jobs.register()
        outbox_kinds.register("run_job", run_asked)
        leased_kinds.add("run_job")
        pages.register()
