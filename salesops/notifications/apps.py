"""Wiring of this room at start."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "salesops.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
