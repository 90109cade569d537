"""What became of a contract, and its payment plan, on the contract's page (CTR-06, CTR-07)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Acceptance, Contract
from contracts.services.plans import plan_of
from receivables.models import Receivable
from receivables.selectors.plans import contract_figures, plan_states
from salesops.core.policies import can
from salesops.ui.marks import pill
from salesops.ui.registries import MenuItem, Panel, menu, panels

STATES = {
    "waiting": (pgettext_lazy("of an instalment", "Waits for its fact"), "plain"),
    "partial": (pgettext_lazy("of an instalment", "Partly billed"), "info"),
    "open": (pgettext_lazy("of an instalment", "Billed"), "info"),
    "overdue": (_("Overdue"), "bad"),
    "settled": (_("Settled"), "good"),
}


def figures_of(request: Any, contract: Contract) -> dict[str, Any] | None:
    """Delivered, invoiced, billed, received, outstanding; each opens its rows."""
    if not can(request.user, "view", Receivable) or contract.state in ("draft", "void"):
        return None
    found = contract_figures(contract)
    items = f"{reverse('receivables:receivable_list')}?contract={contract.pk}"
    orders = f"{reverse('orders:order_list')}?contract={contract.pk}&state=shipped"
    return {
        "currency": contract.currency_id,
        "figures": [
            (_("Delivered"), found.delivered, orders),
            (
                _("Invoiced"),
                found.invoiced,
                f"{reverse('receivables:taxinvoice_list')}?contract={contract.pk}",
            ),
            (_("Billed"), found.billed, f"{items}&status=all"),
            (_("Received"), found.received, f"{items}&status=all"),
            (_("Outstanding"), found.outstanding, f"{items}&status=open"),
        ],
    }


def plan_panel(request: Any, contract: Contract) -> dict[str, Any] | None:
    """The rows of the plan with their states, and the editions before."""
    plan = plan_of(contract)
    if plan is None or not can(request.user, "view", Receivable):
        return None
    rows = plan_states(contract, plan, today=timezone.localdate())
    for row in rows:
        word, tone = STATES[row.state]
        row.pill = pill(word, tone)  # type: ignore[attr-defined]
    return {
        "rows": rows,
        "plan": plan,
        "currency": contract.currency_id,
        "accepted": Acceptance.objects.filter(contract=contract).first(),
        "before": list(contract.plans.filter(current=False).prefetch_related("rows")),
    }


def register() -> None:
    """Called when the app is ready."""
    menu.register(
        "receivables.retentions",
        MenuItem(
            "receivables",
            pgettext_lazy("list of receivables", "Retentions"),
            "receivables:retention_list",
            Receivable,
            "view",
            (),
            14,
        ),
    )
    panels.register(
        "receivables.of_contract",
        Panel(
            Contract,
            _("What became of it"),
            "receivables/panel_contract.html",
            figures_of,
            order=10,
            later=True,
        ),
    )
    panels.register(
        "receivables.plan",
        Panel(Contract, _("Payment plan"), "receivables/panel_plan.html", plan_panel, order=12, later=True),
    )
