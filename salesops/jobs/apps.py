"""Wiring of this room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "salesops.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import tracking
        from salesops.jobs import kernel_jobs, models, pages, permissions
        from salesops.jobs.registry import leased_kinds, register_outbox
        from salesops.jobs.services.schedule import run_asked

        permissions.register_policies()
        for model in (models.Heartbeat, models.JobItem, models.JobRun, models.JobWatch, models.OutboxMessage):
            tracking.exempt(model, "working rows of the machinery; what a job does is written by its acts")
        kernel_jobs.register()
        register_outbox("run_job", run_asked, _("Job run by hand"), pages.job_asked)
        leased_kinds.add("run_job")
        pages.register()
