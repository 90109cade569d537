"""Wiring of this room at start."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "salesops.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import tracking
        from salesops.jobs import kernel_jobs, models, pages, permissions
        from salesops.jobs.registry import leased_kinds, outbox_kinds
        from salesops.jobs.services.schedule import run_asked

        permissions.register_policies()
        for model in (models.Heartbeat, models.JobItem, models.JobRun, models.JobWatch, models.OutboxMessage):
            tracking.exempt(model, "working rows of the machinery; what a job does is written by its acts")
        kernel_jobs.register()
        outbox_kinds.register("run_job", run_asked)
        leased_kinds.add("run_job")
        pages.register()
