"""Wiring of this app at start."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers.merging import stays
        from orders import handbook, imports, panels, papers, permissions
        from orders.models import Order
        from orders.services.approving import register_kind
        from salesops.audit import tracking

        permissions.register_policies()
        stays(
            "orders.Order.customer", "a confirmed order never changes its customer; shown with the kept file"
        )
        handbook.register()
        panels.register()
        papers.register()
        tracking.leave_out(Order, "born_txid", reason="written by the database's own guard")
        imports.register_kinds()
        register_kind()
