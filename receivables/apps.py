"""Wiring of this app at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceivablesConfig(AppConfig):
    name = "receivables"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from customers.handing import HandKind, hand_kinds
        from customers.merging import stays
        from receivables import (  # noqa: F401
            bank_wiring,
            checks,
            collection_wiring,
            credit_wiring,
            customer_facts,
            day,
            handbook,
            handlers,
            held_wiring,
            holding,
            imports,
            item_wiring,
            jobs,
            measures,
            panels,
            papers,
            permissions,
            prepaid,
            process,
            statement_links,
            story,
            timeline,
        )
        from receivables.models import Receipt, Receivable
        from receivables.selectors import bridge
        from receivables.services import entries
        from salesops.audit.masking import history_masks
        from salesops.ui.marks import amount_of, exact_date
        from salesops.ui.saved import pages

        pages.add("receivables:ageing")

        hand_kinds.register(
            "receivables.receivable",
            HandKind(
                _("Open items"),
                Receivable,
                lambda person: Receivable.objects.open().filter(owner=person).order_by("pk"),
                lambda item: f"{amount_of(item.outstanding, item.currency_id)} · {exact_date(item.due_date)}",
                order=80,
            ),
        )
        for name in (
            "Adjustment",
            "Refund",
            "ReceiptEntry",
            "PostingEntry",
            "Receivable",
            "Receipt",
            "CreditNote",
            "SettlementLine",
            "Statement",
        ):
            stays(f"receivables.{name}.customer", "posted money never moves; summed with the kept file")
        permissions.register_policies()
        item_wiring.register()
        held_wiring.register()
        collection_wiring.register()
        bank_wiring.register()
        history_masks.hide(Receipt, "bank_account", unless=permissions.sees_accounts)
        handbook.register()
        measures.register()
        timeline.register()
        jobs.register()
        checks.register()
        bridge.register_sources()
        imports.register_kinds()
        entries.register_kind()
        credit_wiring.register()
        prepaid.register_check()
        statement_links.register()
        panels.register()
        story.register()
        customer_facts.register()
        papers.register()
        process.register()
        day.register()
