"""Wiring of this room at start."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "salesops.numbering"
    label = "numbering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import tracking
        from salesops.numbering import handbook, permissions
        from salesops.numbering.models import NumberSeries
        from salesops.numbering.registry import register_classes

        register_classes()
        handbook.register()
        permissions.register_policies()
        tracking.leave_out(NumberSeries, "last", "last_number", reason="every document tells its own number")
