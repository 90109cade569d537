"""Wiring of this room at start."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "salesops.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
