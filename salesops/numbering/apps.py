"""Wiring of this room at start."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "salesops.numbering"
    label = "numbering"
    default_auto_field = "django.db.models.BigAutoField"
