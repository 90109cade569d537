"""Wiring of this app at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers import handbook, handlers, imports, jobs, measures, own_facts, panels, permissions  # noqa: F401

        handbook.register_clauses()
        measures.register()
        permissions.register_policies()
        panels.register_pages()
        imports.register_kinds()
        jobs.register()
        own_facts.register_facts()
        _register_visits()
        _register_deals()
        _register_research()
        _register_files()


def _register_visits() -> None:
    from customers.handbook import visits as clauses
    from customers.jobs import visits as jobs
    from customers.measures import visits as measures
    from customers.panels import talks as talk_panels
    from customers.panels import visits as panels
    from customers.permissions import visits as permissions
    from customers.services import reception_asks, visit_plans

    clauses.register()
    measures.register_visits()
    permissions.register_visit_policies()
    panels.register_visits()
    talk_panels.register()
    jobs.register_visits()
    visit_plans.register_kind()
    reception_asks.register_kind()


def _register_deals() -> None:
    from customers.jobs import deals as jobs
    from customers.measures import deals as measures
    from customers.services import campaigns, negotiation

    negotiation.register_kind()
    campaigns.register_kind()
    measures.register()
    jobs.register()


def _register_research() -> None:
    from customers.handbook import research as clauses
    from customers.jobs import research as jobs
    from customers.measures import research as measures
    from customers.panels import research as panels
    from customers.permissions import research as permissions
    from customers.services import research_handing

    research_handing.register_kinds()
    clauses.register_clauses()
    permissions.register_policies()
    measures.register()
    panels.register()
    jobs.register()


def _register_files() -> None:
    """Claims, merging, the public pool, hand-over, life cycle."""
    from customers import handover_paper
    from customers.handbook import grading as grading_clauses
    from customers.jobs import files, pool
    from customers.jobs import grading as grading_jobs
    from customers.panels import flags as flag_panels
    from customers.panels import grading as grading_panels
    from customers.panels import groups as group_panels
    from customers.panels import handover as handover_panels
    from customers.panels import pool as pool_panels
    from customers.panels import profiles as profile_panels
    from customers.panels import story as story_panels
    from customers.permissions import grading as grading_permissions
    from customers.permissions import handover as handover_permissions
    from customers.permissions import pool as pool_permissions
    from customers.services import claims, handover, merge, second_person

    second_person.register_kinds()
    claims.register_kind()
    merge.register_rules()
    pool_permissions.register_policies()
    pool.register()
    pool_panels.register()
    profile_panels.register()
    grading_permissions.register_policies()
    grading_clauses.register_clauses()
    grading_panels.register()
    flag_panels.register()
    grading_jobs.register()
    group_panels.register()
    story_panels.register()
    handover_permissions.register_policies()
    handover_panels.register()
    handover_paper.register()
    handover.register_kinds()
    files.register()
