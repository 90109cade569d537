"""Orders above a limit wait for approval; the engine confirms them when it is given (requirements §H.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import CustomerClass
from orders.choices import OrderState
from orders.errors import OrderRefused
from orders.models import Order
from salesops.accounts.models import User
from salesops.approvals.formats import base_money, choice, percent
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import Counted, DocumentType, document_types, register
from salesops.approvals.routing import hash_of, look_at
from salesops.approvals.selectors import approved_request, open_request
from salesops.approvals.services import end_requests, start
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import ReleaseOffer
from salesops.handbook.selectors import rule

KEY = "orders.order"
BINDING = (OrderState.SUBMITTED, OrderState.CONFIRMED, OrderState.SHIPPED)


def facts(order: Order, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who approve an order see, and what the conditions of the flow test."""
    lines = order.lines.aggregate(discount=Max("discount"))
    return {
        "customer": str(order.customer),
        "amount": order.base_total,
        "total": f"{order.total} {order.currency_id}",
        "discount": lines["discount"] or Decimal(0),
        "below_floor": order.lines.filter(below_floor=True).exists(),
        "class": order.customer.customer_class,
        "team": str(order.team) if order.team else "",
        "order_date": order.order_date,
        "required_date": order.required_date,
        "payment_term": order.payment_term.code if order.payment_term else "",
    }


LABELS = {
    "customer": gettext_lazy("customer"),
    "amount": gettext_lazy("amount in base currency"),
    "total": gettext_lazy("total"),
    "discount": gettext_lazy("largest discount of a line"),
    "below_floor": gettext_lazy("a line under the floor price"),
    "class": gettext_lazy("class"),
    "team": gettext_lazy("team"),
    "order_date": gettext_lazy("ordered on"),
    "required_date": gettext_lazy("required by"),
    "payment_term": gettext_lazy("payment terms"),
}


def term_label(code: str) -> str:
    """A payment term by its code, in the reader's language."""
    term = PaymentTerm.objects.filter(code=code).first()
    return str(term) if term else code


def order_facts() -> dict[str, Any]:
    """How the facts of an order are told."""
    return {
        "formats": {
            "amount": base_money,
            "discount": percent,
            "class": choice(CustomerClass.choices),
            "payment_term": term_label,
        },
        "brief": ("customer", "total", "discount", "below_floor"),
    }


def others(order: Order, first: date, last: date) -> list[Counted]:
    """Other orders of the customer dated within the same span of days: they are added (domain §10)."""
    span = last - first
    rows = Order.objects.filter(
        customer_id=order.customer_id,
        state__in=BINDING,
        order_date__range=(order.order_date - span, order.order_date + span),
    ).exclude(pk=order.pk)
    lines = rows.order_by("order_date", "pk").values_list("pk", "number", "order_date", "base_total")
    return [Counted("orders.order", *line) for line in lines]


def not_ready(order: Order) -> str:
    return (
        ""
        if order.state == OrderState.SUBMITTED
        else _("Only a submitted order is approved; submit it first.")
    )


def confirm_approved(order: Order, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The last signature confirms the order; checks such as the credit limit still have their say."""
    from orders.services.moves import confirm_locked

    confirm_locked(order, actor=actor, at=at, approved_by=request)


def require_approval(order: Order, *, at: datetime) -> None:
    """Raise ``OrderRefused`` with figures, clause and the request that helps, unless the order may go on."""
    kind = document_types[KEY]
    matter = look_at(kind, order, at=at)
    if matter.route is None:
        return
    given = approved_request(order, KEY, on=matter.on)
    if given is not None and given.facts_hash == hash_of(matter.facts):
        return
    waiting = open_request(order, KEY) is not None
    raise OrderRefused(
        _("This order needs approval, and it waits for that already.")
        if waiting
        else _("This order needs approval before it is confirmed."),
        clause="orders.approval_limit",
        way_out=_("Orders of one customer on the same day are counted together."),
        release=ReleaseOffer(KEY, order),
        amount=matter.tested,
        limit=rule("orders.approval_limit", on=matter.on),
    )


def needs_approval(order: Order, *, at: datetime) -> bool:
    """Would confirming this order have to wait for an approval?"""
    if order.state != OrderState.SUBMITTED:
        return False
    try:
        require_approval(order, at=at)
    except OrderRefused:
        return True
    return False


@transaction.atomic
def ask_for_approval(*, actor: User, order: Order, at: datetime, reason: str = "") -> ApprovalRequest:
    """Ask for the approval that confirming this order needs."""
    return start(actor=actor, at=at, obj=order, document_type=KEY, reason=reason)


def end_approval(order: Order, why: str, *, actor: Any, at: datetime, returned: bool = True) -> None:
    """Nothing is left to approve; a returned request survives while its order is being mended."""
    end_requests(order, why=why, actor=actor, at=at, also_returned=returned)


def register_kind() -> None:
    register(
        DocumentType(
            KEY,
            "orders.Order",
            gettext_lazy("Order above the limit"),
            facts=facts,
            labels=LABELS,
            **order_facts(),
            may_request="submit",
            amount="amount",
            customer=lambda order: order.customer_id,
            others=others,
            own_people=lambda order: (order.owner_id, order.submitted_by_id),
            applicant=lambda order: order.submitted_by or order.owner,
            team=lambda order: order.team,
            on_approved=confirm_approved,
            not_ready=not_ready,
            clause="orders.approval_limit",
            mend_url=lambda order: reverse("orders:order_detail", args=[order.pk]),
        )
    )
