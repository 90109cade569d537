"""Wiring of this room at start."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "salesops.embedded"
    label = "embedded"
    default_auto_field = "django.db.models.BigAutoField"
