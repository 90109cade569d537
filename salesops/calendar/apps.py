"""Wiring of this room at start."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "salesops.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.calendar import handbook, pages, permissions

        handbook.register()
        permissions.register_policies()
        pages.register()
