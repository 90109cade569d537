"""Wiring of this app at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contracts import handbook, imports, jobs, measures, panels, papers, permissions, process, story
        from contracts.choices import ContractState
        from contracts.models import Contract
        from customers.facts import LastFact, last_facts, open_business
        from customers.handing import HandKind, hand_kinds
        from customers.merging import stays
        from customers.papers_of_deals import DealPaper, deal_papers
        from salesops.ui.marks import amount_of

        permissions.register_policies()
        hand_kinds.register(
            "contracts.contract",
            HandKind(
                _("Contracts in force"),
                Contract,
                lambda person: Contract.objects.filter(owner=person, state=ContractState.EFFECTIVE).order_by(
                    "pk"
                ),
                lambda contract: amount_of(contract.amount, contract.currency_id),
                order=60,
            ),
        )
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
        deal_papers.register(
            "contracts.contract", DealPaper(Contract, _("Write the contract"), "contracts:contract_create")
        )
        handbook.register()
        measures.register()
        jobs.register()
        panels.register()
        papers.register()
        story.register()
        process.register()
        imports.register_kinds()
