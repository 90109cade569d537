"""Wiring of this app at start."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "performance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers.closing import closings
        from customers.merging import stays
        from performance import checks, handbook, imports, jobs, measures, panels, permissions, texts
        from performance.models import KpiFact, KpiFigure, Snapshot
        from performance.services import target_changes
        from performance.services.closing import last_closed_day
        from salesops.audit import tracking, verbs

        permissions.register_policies()
        stays("performance.KpiFact.customer", "a closed figure stays as it was counted")
        handbook.register()
        closings.register("performance.close_automatically", last_closed_day)
        measures.register()
        verbs.register(texts.SENTENCES)
        panels.register_pages()
        jobs.register()
        checks.register()
        for model in (KpiFact, KpiFigure):
            tracking.exempt(model, "written once in bulk by the monthly close and never changed")
        tracking.exempt(Snapshot, "counted from what has a history, and counted again at any time")
        imports.register_kinds()
        target_changes.register_kind()
