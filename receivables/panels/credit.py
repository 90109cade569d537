"""What credit adds to other pages: menu, colours, words of refusals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.choices import ContractState
from contracts.models import Contract
from customers.choices.deals import OPEN_STAGES
from customers.models import Opportunity
from orders.choices import OrderState
from orders.models import Order
from receivables.models import CreditAssessment, CreditHold, ProvisionRun, RiskWarning
from receivables.standing import credit_standing
from salesops.core.policies import can
from salesops.ui.registries import MenuItem, Panel, menu, panels, refusal_labels, tones


def of_contract(request: Any, contract: Contract) -> dict[str, Any] | None:
    """A warning beside a contract that is not signed yet: what an order over it would meet."""
    if contract.state != ContractState.DRAFT:
        return None
    return _standing(request, contract.customer, contract.base_amount or Decimal(0))


def of_deal(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    """The same beside a deal that is still open."""
    if deal.customer_id is None or deal.stage not in OPEN_STAGES:
        return None
    return _standing(request, deal.customer, deal.base_amount)


def _standing(request: Any, customer: Any, amount: Decimal) -> dict[str, Any] | None:
    if not can(request.user, "view_credit", customer):
        return None
    standing = credit_standing(customer, timezone.localdate(), amount)
    return {"remarks": standing.remarks} if standing.remarks else None


def of_order(request: Any, order: Order) -> dict[str, Any] | None:
    """The way to the page that says what stops an order."""
    if order.state not in (OrderState.SUBMITTED, OrderState.CONFIRMED):
        return None
    return {"order": order} if can(request.user, "view_credit", order.customer) else None


def register_credit() -> None:
    for model, key, found in (
        ("contracts.Contract", "contract", of_contract),
        ("customers.Opportunity", "deal", of_deal),
    ):
        panels.register(
            f"receivables.standing_{key}",
            Panel(
                model, pgettext_lazy("of a customer", "Credit"), "receivables/panel_standing.html", found, order=12,
                place="side", later=True,
            ),
        )  # fmt: skip
    panels.register(
        "receivables.why",
        Panel(
            "orders.Order", pgettext_lazy("of a customer", "Credit"), "receivables/panel_why.html", of_order, order=12,
            place="side", later=True,
        ),
    )  # fmt: skip
    menu.register(
        "receivables.risks",
        MenuItem(
            "receivables", _("Risk warnings"), "receivables:riskwarning_list", RiskWarning, "view", (), 63
        ),
    )
    menu.register(
        "receivables.risk_report",
        MenuItem(
            "receivables", _("Risk analysis"), "receivables:risk_report", RiskWarning, "view",
            ("manager", "gm", "finance", "lead"), 64,
        ),
    )  # fmt: skip
    tones.register(RiskWarning, {"open": "bad", "answered": "attention", "gone": "plain"})
    menu.register(
        "receivables.provisions",
        MenuItem(
            "receivables", _("Provision for bad debt"), "receivables:provisionrun_list", ProvisionRun, "view",
            ("finance", "gm", "auditor"), 92,
        ),
    )  # fmt: skip
    tones.register(
        ProvisionRun, {"draft": "plain", "submitted": "attention", "posted": "good", "rejected": "bad"}
    )
    menu.register(
        "receivables.overrides",
        MenuItem(
            "receivables", _("Releases of credit"), "receivables:credit_overrides", CreditHold, "view", (), 62
        ),
    )
    menu.register(
        "receivables.assessments",
        MenuItem(
            "receivables",
            _("Credit assessments"),
            "receivables:creditassessment_list",
            CreditAssessment,
            "view",
            (),
            60,
        ),
    )
    menu.register(
        "receivables.holds",
        MenuItem("receivables", _("Credit holds"), "receivables:credithold_list", CreditHold, "view", (), 61),
    )
    refusal_labels.register("days_ended", _("Days since it ended"))
    refusal_labels.register("holds", _("Holds that stand"))
    tones.register(
        CreditAssessment, {"draft": "plain", "submitted": "attention", "approved": "good", "rejected": "bad"}
    )
    tones.register(CreditHold, {"stands": "bad", "lifted": "plain", "over": "plain"})
