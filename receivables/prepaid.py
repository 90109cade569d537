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

from contracts.choices import PlanTrigger
from customers.selectors import family_of
from orders.choices import OrderState
from orders.models import Order
from orders.services.checks import BLOCK, SHIP, WARN, CheckAnswer, order_checks
from receivables.models import Receipt, Receivable
from receivables.selectors.plan_rows import planned
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
DEPOSITS = (PlanTrigger.SIGN, PlanTrigger.DATE)


@dataclass(frozen=True)
class Prepayment:
    """What an order asks for before its goods leave, and what has come of it; in the order's currency.

    ``deposits``: instalments of its contract that are due before, instead of the whole order; ``strict``: its own terms
    ask for the money first.
    """

    order: Order
    needed: Decimal
    received: Decimal
    deposits: tuple[str, ...] = ()
    strict: bool = True

    @property
    def missing(self) -> Decimal:
        return max(self.needed - self.received, ZERO)


def prepayment_of(order: Order) -> Prepayment | None:
    """``None`` where neither terms nor payment plan ask for the money first. Money of the customer that is set against
    nothing counts, less what shipped prepaid orders still wait for: one deposit does not carry two orders.

    Where a plan bills the order, its instalments by taking effect and by fixed days that are due are the deposit.
    """
    term = order.payment_term or order.customer.payment_term
    strict = term is not None and term.base == TermBase.PREPAID
    if order.total <= 0:
        return None
    deposits = _deposits(order)
    if not strict and not deposits:
        return None
    own = Receivable.objects.filter(order=order)
    needed = order.total
    if deposits:
        own = Receivable.objects.filter(pk__in=[item.pk for item in deposits])
        needed = sum((item.amount for item in deposits), ZERO)
    paid = own.aggregate(paid=Sum("settled"))["paid"] or ZERO
    family = Q(customer__in=family_of(kept(order.customer)))
    same = {"currency": order.currency_id}
    lies = (
        Receipt.objects.filter(family, **same).unallocated().aggregate(sum=Sum("unallocated"))["sum"] or ZERO
    )
    waits = Receivable.objects.open().filter(family, **same, payment_term__base=TermBase.PREPAID)
    others = waits.exclude(order=order).aggregate(sum=Sum(F("amount") - F("settled")))["sum"] or ZERO
    numbers = tuple(item.number for item in deposits)
    return Prepayment(order, needed, paid + max(lies - others, ZERO), numbers, strict)


def _deposits(order: Order) -> list[Receivable]:
    """Instalments of the contract's plan that are to be paid before goods leave, as far as they are due."""
    if not planned(order):
        return []
    rows = Receivable.objects.filter(
        contract=order.contract, plan_row__trigger__in=DEPOSITS, due_date__lte=timezone.localdate()
    )
    return list(rows.order_by("pk"))


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
    sentence = _(
        "This order is paid before delivery: of %(needed)s, %(received)s has come; %(missing)s is missing."
    )
    if found.deposits:
        words["items"] = ", ".join(found.deposits)
        sentence = _(
            "The instalments of the contract before delivery (%(items)s) come to %(needed)s; %(received)s has come, "
            "%(missing)s is missing."
        )
    return CheckAnswer(
        BLOCK if mode == "block" and found.strict else WARN,
        sentence % words,
        _("A release was asked for and waits for its signatures.")
        if waits
        else _("Record the receipt, or ask for a release; finance and the manager sign it."),
        CHECK,
        figures,
        None if waits else ReleaseOffer(KEY, order),
    )


def is_paid(order: Order) -> bool:
    """A prepaid order whose money has come takes no credit; one whose deposit alone has come takes the rest."""
    found = prepayment_of(order)
    return found is not None and not found.missing and found.needed >= order.total


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
