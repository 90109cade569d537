"""Wiring of this room at start."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "salesops.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.accounts import panels
        from salesops.accounts.models import User
        from salesops.accounts.permissions import register_policies
        from salesops.accounts.verbs import register_verbs
        from salesops.audit import tracking
        from salesops.audit.masking import history_masks
        from salesops.core.choices import Role

        register_policies()
        register_verbs()
        panels.register()
        tracking.leave_out(
            User,
            "password",
            "last_login",
            "demo_line",
            reason="secrets are never copied; sign-ins are in the access log",
        )
        history_masks.hide(
            User,
            "staff_no",
            "leave_reason",
            unless=lambda user: user.has_role(Role.HR, Role.ADMINISTRATOR, Role.AUDITOR),
        )
