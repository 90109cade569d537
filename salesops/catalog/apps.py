"""Wiring of this room at start."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "salesops.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
