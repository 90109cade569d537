"""Wiring of this room at start."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "salesops.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
