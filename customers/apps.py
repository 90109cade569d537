"""Wiring of this app at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers import handbook, handlers, imports, jobs, measures, panels, permissions  # noqa: F401
        from customers.services import second_person

        handbook.register_clauses()
        measures.register()
        permissions.register_policies()
        panels.register_pages()
        imports.register_kinds()
        jobs.register()
        second_person.register_kinds()
