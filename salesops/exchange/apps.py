"""Wiring of this room at start."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "salesops.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.exchange import handbook, kinds, pages, permissions

        permissions.register_policies()
        handbook.register()
        kinds.register_kinds()
        pages.register()
