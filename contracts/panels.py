"""What contracts add to other pages: menu, customer page, workbench, search; and their sentences."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from contracts.selectors import expiring
from customers.about import About, QuestionAbout, asked_about
from customers.selectors import family_of
from salesops.audit import verbs
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.links import record_url
from salesops.ui.registries import (
    MenuItem,
    Panel,
    QuickAdd,
    WorkbenchCard,
    menu,
    panels,
    quick_adds,
    tones,
    workbench_cards,
)

SHOWN = 8


def _newest_of(about: About) -> QuerySet[Contract]:
    """Newest first."""
    return about.seen(Contract).select_related("currency").order_by("-signed_date", "-pk")[: SHOWN + 1]


_newest = QuestionAbout(_newest_of)


def of_customer(request: Any, customer: Any) -> dict[str, Any] | None:
    """The customer's newest contracts that the person may see."""
    if not can(request.user, "view", Contract):
        return None
    rows = asked_about(request.user, family_of(customer), (Contract,), _newest)
    return {
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "customer": customer,
        "may_add": can(request.user, "add", Contract),
    }


def ending_soon(request: Any) -> dict[str, Any] | None:
    """Contracts in force that end within the handbook's notice."""
    if not can(request.user, "edit", Contract):
        return None
    today = timezone.localdate()
    rows = list(expiring(on=today).visible_to(request.user).select_related("customer", "owner")[: SHOWN + 1])
    if not rows:
        return None
    days = rule("contracts.expiry_notice_days", on=today)
    return {"rows": rows[:SHOWN], "more": len(rows) > SHOWN, "days": days, "today": today}


def drafts(request: Any) -> dict[str, Any] | None:
    """For legal: contracts that somebody drafted and nobody put in force yet, the oldest first."""
    if not request.user.has_role("legal"):
        return None
    rows = Contract.objects.visible_to(request.user).filter(state="draft")
    found = list(rows.select_related("customer", "owner").order_by("pk")[: SHOWN + 1])
    lines = [
        {"text": str(row), "small": str(row.customer), "value": str(row.owner or ""), "url": record_url(row)}
        for row in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        url = reverse("contracts:contract_list") + "?state=draft"
        lines.append({"text": _("All of them"), "value": rows.count(), "url": url})
    return {"lines": lines} if lines else None


def line_of(contract: Contract, _user: Any) -> str:
    """What stands under a contract's number where it was found."""
    parts = (contract.subject, str(contract.customer), str(contract.get_state_display()))
    return " · ".join(part for part in parts if part)


def register() -> None:
    """Called when the app is ready."""
    menu.register(
        "contracts.contracts",
        MenuItem("contracts", _("Contracts"), "contracts:contract_list", model=Contract, order=20),
    )
    panels.register(
        "contracts.of_customer",
        Panel(
            "customers.Customer",
            _("Contracts"),
            "contracts/panel_of_customer.html",
            of_customer,
            order=40,
            later=True,
        ),
    )
    quick_adds.register(
        "contracts.contract",
        QuickAdd(_("Contract"), "contracts:contract_create", model=Contract, order=60, icon="file-text"),
    )
    workbench_cards.register(
        "contracts.ending",
        WorkbenchCard(
            _("Contracts about to end"),
            "contracts/card_ending.html",
            ending_soon,
            order=60,
            lazy=True,
            may=lambda user: can(user, "edit", Contract),
        ),
    )
    workbench_cards.register(
        "contracts.drafts", WorkbenchCard(_("Contracts in draft"), "ui/card_counts.html", drafts, order=30)
    )
    register_kinds(
        SearchKind(
            Contract,
            _("Contracts"),
            numbers=("number",),
            names=("subject",),
            notes=("their_signatory", "remarks"),
            line=line_of,
            related=("customer",),
            order=40,
        )
    )
    tones.register(
        Contract,
        {"draft": "plain", "effective": "good", "completed": "plain", "terminated": "bad", "void": "plain"},
    )
    verbs.register(
        {
            "contracts.contract_created": _("%(actor)s entered the contract"),
            "contracts.contract_changed": _(
                "%(actor)s changed the draft: amount %(amount_before)s → %(amount)s"
            ),
            "contracts.contract_effective": _("%(actor)s put contract %(number)s in force"),
            "contracts.contract_completed": _("%(actor)s completed contract %(number)s"),
            "contracts.contract_terminated": _("%(actor)s terminated contract %(number)s as of %(end_date)s"),
            "contracts.contract_voided": _("%(actor)s voided the draft"),
            "contracts.plan_written": _("%(actor)s wrote the payment plan of %(number)s"),
            "contracts.plan_changed": _(
                "%(actor)s changed the payment plan of %(number)s: edition %(edition)s"
            ),
            "contracts.contract_accepted": _("%(actor)s recorded that %(number)s was accepted on %(date)s"),
            "contracts.contract_annotated": _("%(actor)s changed remarks or the place of the original"),
        }
    )
