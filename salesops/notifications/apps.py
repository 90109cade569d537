"""Wiring of this room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "salesops.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import tracking
        from salesops.core.sealing import reseal_fields, resealers
        from salesops.jobs.registry import leased_kinds, register_outbox
        from salesops.notifications import handbook, handlers, kinds, models, pages, permissions  # noqa: F401
        from salesops.notifications.services import digest
        from salesops.notifications.services.links import deliver_password_link
        from salesops.notifications.services.mail import deliver_mail
        from salesops.notifications.services.outsiders import deliver_one_time_link
        from salesops.notifications.services.robots import deliver_robot

        handbook.register_clauses()
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
        register_outbox(
            "one_time_link", deliver_one_time_link, _("Link for somebody outside"), lambda payload: ""
        )
        register_outbox("robot", deliver_robot, _("Message to a chat group"), lambda payload: "")
        digest.register()
        leased_kinds.add("robot")
        resealers.register("notifications.grouprobot", lambda: reseal_fields(models.GroupRobot))
        tracking.leave_out(models.GroupRobot, "url", "secret", reason="holds the secret of a chat group")
        tracking.leave_out(models.OneTimeLink, "digest", reason="as good as the link to who can guess")
        tracking.leave_out(models.NoticeHours, "digested_until", reason="moved by the daily job")
