"""Wiring of this room at start."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "salesops.security"
    label = "security"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import tracking
        from salesops.core.sealing import resealers
        from salesops.security import handbook, pages, panels, permissions
        from salesops.security.models import Factor, RecoveryCode, SignInSession
        from salesops.security.services.factors import reseal_seeds

        handbook.register()
        permissions.register_policies()
        pages.register()
        panels.register()
        resealers.register("security.factor", reseal_seeds)
        tracking.leave_out(
            Factor, "secret", "sign_count", "last_step", "used_at", reason="secrets are never copied"
        )
        tracking.exempt(RecoveryCode, "hashes of one-time codes; making and using them is in the timeline")
        tracking.exempt(SignInSession, "a log itself; sign-ins and ends are in the access log and timeline")
