"""Wiring of this room at start."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "salesops.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.jobs.registry import outbox_kinds
        from salesops.notifications import handlers, kinds, pages, permissions  # noqa: F401
        from salesops.notifications.services.links import deliver_password_link
        from salesops.notifications.services.mail import deliver_mail

        permissions.register_policies()
        kinds.register()
        pages.register()
        outbox_kinds.register("mail", deliver_mail)
        outbox_kinds.register("password_link", deliver_password_link)
