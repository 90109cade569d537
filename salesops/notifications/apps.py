"""Wiring of this room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "salesops.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.jobs.registry import register_outbox
        from salesops.notifications import handlers, kinds, pages, permissions  # noqa: F401
        from salesops.notifications.services.links import deliver_password_link
        from salesops.notifications.services.mail import deliver_mail

        permissions.register_policies()
        kinds.register()
        pages.register()
        register_outbox("mail", deliver_mail, _("E-mail"), lambda payload: payload["to"])
        register_outbox(
            "password_link",
            deliver_password_link,
            _("Link to set a password"),
            lambda payload: _("first password") if payload.get("invitation") else _("forgotten password"),
        )
