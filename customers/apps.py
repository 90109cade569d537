"""Wiring of this app at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers import handbook, handlers, imports, jobs, measures, own_facts, panels, permissions  # noqa: F401
        from customers.handbook import visits as visit_clauses
        from customers.jobs import deals as deal_jobs
        from customers.jobs import files as file_jobs
        from customers.jobs import pool as pool_jobs
        from customers.jobs import visits as visit_jobs
        from customers.measures import deals as deal_measures
        from customers.measures import visits as visit_measures
        from customers.panels import handover as handover_panels
        from customers.panels import pool as pool_panels
        from customers.panels import visits as visit_panels
        from customers.permissions import handover as handover_permissions
        from customers.permissions import pool as pool_permissions
        from customers.permissions import visits as visit_permissions
        from customers.services import (
            claims,
            handover,
            market,
            merge,
            negotiation,
            second_person,
            visit_plans,
        )

        handbook.register_clauses()
        measures.register()
        permissions.register_policies()
        panels.register_pages()
        imports.register_kinds()
        jobs.register()
        second_person.register_kinds()
        visit_clauses.register()
        visit_measures.register_visits()
        visit_permissions.register_visit_policies()
        visit_panels.register_visits()
        visit_jobs.register_visits()
        visit_plans.register_kind()
        negotiation.register_kind()
        market.register_kind()
        claims.register_kind()
        merge.register_rules()
        pool_permissions.register_policies()
        pool_jobs.register()
        pool_panels.register()
        own_facts.register_facts()
        handover_permissions.register_policies()
        handover_panels.register()
        handover.register_kinds()
        file_jobs.register()
        deal_measures.register()
        deal_jobs.register()
