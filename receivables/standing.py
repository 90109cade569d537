"""How a customer's credit stands, for whoever is about to bind the company: at the deal, the quotation, the contract.

``credit_standing(customer, on, amount)`` warns before sales work is done in vain; nothing is locked and nothing refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from receivables.approving import EXPIRED
from receivables.credit import KEY, WAITING, blocked
from receivables.holding import CLAUSE as HOLDS
from receivables.models import CreditNote, Receipt, SettlementLine
from receivables.selectors.assessments import assessment_of
from receivables.selectors.collection import warned_case, warning_of
from receivables.selectors.exposure import CHECK, OVERDUE_DAYS, WARN_SHARE, Exposure, exposure_of, mode_for
from receivables.selectors.holds import standing_holds
from receivables.services.going_on import look_again
from receivables.services.holds import kept
from salesops.approvals.formats import base_money
from salesops.approvals.services import subject_changed
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify

OK, WARN, BLOCK = "ok", "warn", "block"
MOST = 20  # orders of one customer that are looked at when money comes in


@dataclass(frozen=True)
class Remark:
    """One thing that stands in the way: how hard, in words, and the clause behind it."""

    result: str
    text: str
    clause: str


@dataclass(frozen=True)
class Standing:
    """``result`` is the hardest of the remarks; ``exposure`` is in base currency and includes ``amount``."""

    exposure: Exposure
    amount: Decimal
    remarks: list[Remark] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.exposure.total + self.amount

    @property
    def result(self) -> str:
        found = [remark.result for remark in self.remarks]
        return BLOCK if BLOCK in found else WARN if found else OK


def credit_standing(customer: Customer, on: date, amount: Decimal = Decimal(0)) -> Standing:
    """What an order over ``amount`` (base currency) would meet on a day."""
    customer = kept(customer)
    exposure = exposure_of(customer, on=on)
    mode = mode_for(customer, exposure.rules)
    standing = Standing(exposure, amount)
    say = standing.remarks.append
    for hold in standing_holds(customer, on=on):
        words = {"date": hold.from_date, "reason": hold.words}
        say(Remark(BLOCK, _("On hold since %(date)s: %(reason)s") % words, HOLDS))
    if mode != "off":
        hard = BLOCK if mode == "block" else WARN
        limit = exposure.limit
        if limit is not None and standing.total - limit > exposure.rules["receivables.credit_tolerance"]:
            words = {"total": base_money(standing.total), "limit": base_money(limit)}
            say(
                Remark(
                    hard, _("With it %(total)s would be owed; the credit limit is %(limit)s.") % words, CHECK
                )
            )
        elif limit and standing.total >= limit * exposure.rules[WARN_SHARE]:
            words = {"share": str(int(standing.total / limit * 100))}
            say(Remark(WARN, _("%(share)s %% of the credit limit would be used.") % words, WARN_SHARE))
        if exposure.late:
            words = {"days": str(exposure.overdue_days)}
            say(Remark(hard, _("Something is overdue for %(days)s days.") % words, OVERDUE_DAYS))
    case = warned_case(customer)
    if case is not None and not standing.remarks:
        say(Remark(WARN, warning_of(case), ""))
    assessed = assessment_of(customer)
    if assessed is not None and assessed.expired_on(on) and rule(EXPIRED, on=on) != "off":
        words = {"date": assessed.valid_until}
        say(Remark(WARN, _("Its credit assessment ended on %(date)s.") % words, EXPIRED))
    return standing


def orders_that_wait(customers: list[int]) -> list[Order]:
    """Those that somebody left to go on by themselves are told of when they did."""
    rows = Order.objects.filter(customer__in=customers, state__in=WAITING, waits_by=None)
    rows = rows.select_related("customer", "owner")
    return list(rows.order_by("order_date", "pk")[:MOST])


def money_came_in(
    *, document: Receipt | CreditNote, freed: Decimal, lines: tuple[int, ...], at: datetime
) -> None:
    """Orders that the credit stopped before this money and stops no more: their owners hear it at once, and requests
    for a release that are no longer needed end. ``freed``: by how much the exposure fell."""
    customer = kept(document.customer)
    look_again(customer, at=at)
    orders = orders_that_wait([customer.pk, document.customer_id])
    if not orders:
        return
    on = timezone.localdate(at)
    limit_days = rule(OVERDUE_DAYS, on=on)
    late = any(
        (on - due).days > limit_days
        for due in SettlementLine.objects.filter(pk__in=lines).values_list("receivable__due_date", flat=True)
    )
    for order in orders:
        exposure = exposure_of(customer, on=on, order=order.pk)
        beyond = exposure.limit is not None and exposure.total + freed > exposure.limit
        if not (late or beyond) or blocked(order, at=at):
            continue
        subject_changed(order, actor=None, at=at)
        _tell(order, document, at=at)


def _tell(order: Order, document: Model, *, at: datetime) -> None:
    owner = order.owner
    if owner is None or not owner.is_active:
        return
    data = {"order": str(order), "customer": str(order.customer)}
    key = f"receivables.credit_free:{order.pk}:{timezone.localdate(at)}"
    notify(
        owner, "receivables.credit_free", key, data, reverse("orders:order_detail", args=[order.pk]), at=at
    )


def steps_of_release(order: Order, *, at: datetime) -> list[Any]:
    """Who would sign a release of this order, step by step, by the flow in force."""
    from salesops.approvals.registry import document_types
    from salesops.approvals.routing import look_at

    if order.state not in (OrderState.SUBMITTED, OrderState.CONFIRMED):
        return []
    matter = look_at(document_types[KEY], order, at=at)
    return list(matter.route.steps.all()) if matter.route is not None else []
