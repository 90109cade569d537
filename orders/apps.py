"""Wiring of this app at start."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orders import handbook, permissions

        permissions.register_policies()
        handbook.register()
