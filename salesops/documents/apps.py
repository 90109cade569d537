"""Wiring of this room at start."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "salesops.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.documents import handbook, jobs, mailing, numbers, pages, permissions
        from salesops.notifications.registry import mail_parts

        permissions.register_policies()
        handbook.register()
        numbers.register()
        jobs.register()
        pages.register()
        mail_parts.register("print", mailing.print_part)
