"""Wiring of this room at start."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "salesops.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit.masking import history_masks
        from salesops.catalog import coins, handbook, pages, permissions
        from salesops.catalog.models import Product
        from salesops.core import money

        money.places_from(coins.coins_of)
        handbook.register()
        permissions.register_policies()
        pages.register()
        may_see = permissions.ProductPolicy().can_view_cost
        history_masks.hide(Product, *permissions.COST_FIELDS, unless=may_see)
