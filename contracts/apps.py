"""Wiring of this app at start."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contracts import handbook, imports, measures, panels, permissions
        from contracts.choices import ContractState
        from contracts.models import Contract
        from customers.facts import LastFact, last_facts, open_business
        from customers.merging import stays

        permissions.register_policies()
        counts = (ContractState.EFFECTIVE, ContractState.COMPLETED, ContractState.TERMINATED)
        signed = LastFact(
            "deal",
            lambda: Contract.objects.filter(state__in=counts, signed_date__isnull=False),
            "signed_date",
            begins_business=True,
        )
        last_facts.register("contracts.contract", signed)
        open_business.register(
            "contracts.contract", (lambda: Contract.objects.filter(state=ContractState.EFFECTIVE), "customer")
        )
        stays(
            "contracts.Contract.customer",
            "a signed contract never changes its party; shown with the kept file",
        )
        handbook.register()
        measures.register()
        panels.register()
        imports.register_kinds()
