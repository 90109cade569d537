"""Facts about orders become facts of the ledger, in the same transaction."""

from __future__ import annotations

from orders.events import OrderCancelled, OrderConfirmed, OrderShipped
from orders.models import Order
from receivables.choices import CreateOn
from receivables.services import cancel_order_receivables, create_from_order
from salesops.accounts.models import User
from salesops.core.events import subscribe


def _order(pk: int) -> Order:
    return Order.objects.select_related(
        "customer", "customer__team", "currency", "payment_term", "contract", "owner"
    ).get(pk=pk)


@subscribe(OrderShipped)
def order_shipped(event: OrderShipped) -> None:
    create_from_order(_order(event.order_id), fact=CreateOn.SHIPMENT, at=event.at)


@subscribe(OrderConfirmed)
def order_confirmed(event: OrderConfirmed) -> None:
    create_from_order(_order(event.order_id), fact=CreateOn.CONFIRMATION, at=event.at)


@subscribe(OrderCancelled)
def order_cancelled(event: OrderCancelled) -> None:
    actor = User.objects.filter(pk=event.actor_id).first() if event.actor_id else None
    cancel_order_receivables(_order(event.order_id), actor=actor, at=event.at)
