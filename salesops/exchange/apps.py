"""Wiring of this room at start."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "salesops.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.exchange import kinds, permissions

        permissions.register_policies()
        kinds.register_kinds()
