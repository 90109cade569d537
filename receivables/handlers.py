"""Facts about orders become facts of the ledger, in the same transaction."""

from __future__ import annotations

from decimal import Decimal

from contracts.events import ContractAccepted, ContractEffective, PlanChanged
from contracts.models import Contract
from customers.events import CreditBasisChanged
from customers.models import Customer
from orders.events import OrderCancelled, OrderConfirmed, OrderShipped
from orders.models import Order
from receivables.choices import CreateOn
from receivables.events import CreditNotePosted, ReceiptAllocated, ReceiptRecorded
from receivables.models import CreditNote, Receipt
from receivables.services import cancel_order_receivables, create_from_order
from receivables.services.contract_plans import catch_up
from receivables.services.going_on import look_again
from receivables.standing import money_came_in
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


@subscribe(ReceiptRecorded)
def receipt_recorded(event: ReceiptRecorded) -> None:
    """New money lowers the exposure; orders that waited for it may go on."""
    receipt = Receipt.objects.select_related("customer").get(pk=event.receipt_id)
    money_came_in(document=receipt, freed=receipt.base_amount, lines=(), at=event.at)


@subscribe(ReceiptAllocated)
def receipt_allocated(event: ReceiptAllocated) -> None:
    """What was overdue is settled; orders that it stopped may go on."""
    model: type[Receipt | CreditNote] = Receipt if event.receipt_id else CreditNote
    document = model._default_manager.select_related("customer").get(
        pk=event.receipt_id or event.credit_note_id
    )
    money_came_in(document=document, freed=Decimal(0), lines=event.line_ids, at=event.at)


@subscribe(CreditNotePosted)
def credit_note_posted(event: CreditNotePosted) -> None:
    note = CreditNote.objects.select_related("customer").get(pk=event.credit_note_id)
    money_came_in(document=note, freed=note.base_amount, lines=(), at=event.at)


@subscribe(CreditBasisChanged)
def basis_changed(event: CreditBasisChanged) -> None:
    """A higher limit, other terms or another group may let orders go on that wait."""
    look_again(Customer.objects.select_related("merged_into").get(pk=event.customer_id), at=event.at)


def _catch_up(event: ContractEffective | ContractAccepted | PlanChanged) -> None:
    """Taking effect, acceptance and a new edition post what they make due by the plan."""
    contract = Contract.objects.select_related("customer", "currency", "owner").get(pk=event.contract_id)
    catch_up(contract, at=event.at)


for _fact in (ContractEffective, ContractAccepted, PlanChanged):
    subscribe(_fact)(_catch_up)
