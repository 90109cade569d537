"""Wiring of this room at start."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "salesops.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.core.along import along
        from salesops.core.policies import register
        from salesops.ui import models, permissions, saved, texts

        texts.register()

        register(models.SavedView, permissions.SavedViewPolicy())
        along.register("saved_lists", saved.LISTS)
        register(models.FormReceipt, permissions.FormReceiptPolicy())
