"""Wiring of this room at start."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "salesops.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from salesops.audit import tracking
        from salesops.core.schema import after_migrate
        from salesops.search import handbook, kinds, lists, models, permissions, triggers
        from salesops.ui.registries import stylesheets, word_index

        handbook.register_clauses()
        permissions.register_policies()
        kinds.register()
        word_index.hits = lists.by_word
        tracking.exempt(models.SearchEntry, "an index made from rows that have a history")
        tracking.exempt(models.SearchStale, "a working queue")
        stylesheets.register("search", "css/search.css")
        after_migrate.register("search.triggers", triggers.install)
