"""Goods that are paid before delivery leave when the money has come (domain §6); signatures release a single order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.selectors import family_of
from orders.choices import OrderState
from orders.models import Order
from orders.services.checks import BLOCK, SHIP, WARN, CheckAnswer, order_checks
from receivables.models import Receipt, Receivable
from receivables.services.holds import kept, lock_credit
from salesops.approvals.formats import base_money
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step
from salesops.approvals.selectors import approved_request, open_request
from salesops.catalog.choices import TermBase
from salesops.core.errors import ReleaseOffer
from salesops.core.money import ZERO, convert
from salesops.handbook.selectors import rule
from salesops.ui.marks import amount_of

KEY = "receivables.prepaid"
CHECK = "receivables.prepaid_check"


@dataclass(frozen=True)
class Prepayment:
    """What an order asks for before its goods leave, and what has come of it; in the order's currency."""

    order: Order
    needed: Decimal
    received: Decimal

    @property
    def missing(self) -> Decimal:
        return max(self.needed - self.received, ZERO)


def prepayment_of(order: Order) -> Prepayment | None:
    """``None`` where the terms do not ask for the money first. Money of the customer that is set against nothing
    counts, less what shipped prepaid orders still wait for: one deposit does not carry two orders."""
    term = order.payment_term or order.customer.payment_term
    if term is None or term.base != TermBase.PREPAID or order.total <= 0:
        return None
    own = Receivable.objects.filter(order=order).aggregate(paid=Sum("settled"))["paid"] or ZERO
    family = Q(customer__in=family_of(kept(order.customer)))
    same = {"currency": order.currency_id}
    lies = (
        Receipt.objects.filter(family, **same).unallocated().aggregate(sum=Sum("unallocated"))["sum"] or ZERO
    )
    waits = Receivable.objects.open().filter(family, **same, payment_term__base=TermBase.PREPAID)
    others = waits.exclude(order=order).aggregate(sum=Sum(F("amount") - F("settled")))["sum"] or ZERO
    return Prepayment(order, order.total, own + max(lies - others, ZERO))


def check_prepaid(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Before a prepaid order is shipped its money is looked for; without it the goods stay, unless released."""
    if stage != SHIP:
        return None
    on = timezone.localdate(at)
    mode = rule(CHECK, on=on)
    if mode == "off":
        return None
    if act:
        lock_credit(kept(order.customer))
    found = prepayment_of(order)
    if found is None or not found.missing:
        return None
    figures = {"order_total": found.needed, "received": found.received, "missing": found.missing}
    words = {
        "needed": amount_of(found.needed, order.currency_id),
        "received": amount_of(found.received, order.currency_id),
        "missing": amount_of(found.missing, order.currency_id),
    }
    released = release_of(found, at=at)
    if released is not None:
        text = _("Not paid before delivery, released: %(reason)s") % {"reason": released.reason}
        return CheckAnswer(WARN, text, clause=CHECK, figures=figures)
    waits = open_request(order, KEY) is not None
    return CheckAnswer(
        BLOCK if mode == "block" else WARN,
        _("This order is paid before delivery: of %(needed)s, %(received)s has come; %(missing)s is missing.")
        % words,
        _("A release was asked for and waits for its signatures.")
        if waits
        else _("Record the receipt, or ask for a release; finance and the manager sign it."),
        CHECK,
        figures,
        None if waits else ReleaseOffer(KEY, order),
    )


def is_paid(order: Order) -> bool:
    """A prepaid order whose money has come takes no credit."""
    found = prepayment_of(order)
    return found is not None and not found.missing


def release_of(found: Prepayment, *, at: datetime) -> ApprovalRequest | None:
    """The approved release that still holds for this order and covers what is missing now."""
    on = timezone.localdate(at)
    days = rule("receivables.credit_release_days", on=on)
    given = approved_request(found.order, KEY, on=on, valid_days=days)
    if given is None or found.missing > Decimal(str(given.facts.get("missing") or 0)):
        return None
    return given


def facts(order: Order, payload: Mapping[str, Any]) -> dict[str, Any]:
    found = prepayment_of(order) or Prepayment(order, ZERO, ZERO)
    return {
        "customer": str(order.customer),
        "order": str(order),
        "currency": order.currency_id,
        "needed": found.needed,
        "received": found.received,
        "missing": found.missing,
        "base_missing": convert(found.missing, order.base_rate),
    }


LABELS = {
    "customer": gettext_lazy("customer"),
    "order": gettext_lazy("order"),
    "currency": gettext_lazy("currency"),
    "needed": gettext_lazy("to be paid before delivery"),
    "received": pgettext_lazy("money", "received"),
    "missing": gettext_lazy("missing"),
    "base_missing": gettext_lazy("missing, in base currency"),
}


def not_ready(order: Order) -> str:
    if order.state != OrderState.CONFIRMED:
        return _("Only an order that is to be shipped is released.")
    found = prepayment_of(order)
    return (
        "" if found is not None and found.missing else _("Nothing is missing before this order is shipped.")
    )


def stale(order: Order, request: ApprovalRequest) -> str:
    """A release covers up to what was signed, so only the order itself must stand."""
    return (
        "" if order.state == OrderState.CONFIRMED else _("Only an order that is to be shipped is released.")
    )


def register_check() -> None:
    """Called when the app is ready."""
    order_checks.register(KEY, check_prepaid)
    register(
        DocumentType(
            KEY,
            "orders.Order",
            gettext_lazy("Shipment before the prepayment"),
            facts=facts,
            labels=LABELS,
            formats={"base_missing": base_money},
            brief=("customer", "base_missing"),
            amount="base_missing",
            may_request="submit",
            own_people=lambda order: (order.owner_id, order.submitted_by_id),
            team=lambda order: order.team,
            not_ready=not_ready,
            stale=stale,
            clause=CHECK,
            flow=(
                route(
                    "Not paid before delivery",
                    [],
                    [step("Finance and manager", role("finance"), role("manager"), mode="countersign")],
                ),
            ),
            mend_url=lambda order: reverse("orders:order_detail", args=[order.pk]),
        )
    )
