"""Wiring of this room at start."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "salesops.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
