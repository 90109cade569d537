"""What one can do with orders; one verb per function."""

from orders.services.arranging import arrange_shipment
from orders.services.checks import CheckAnswer, order_checks
from orders.services.differences import ask_about_differences
from orders.services.drafting import LineInput, OrderInput, create_order, update_order
from orders.services.moves import (
    cancel_order,
    confirm_or_ask,
    confirm_order,
    return_order_to_draft,
    ship_order,
    submit_order,
)
from orders.services.returns import record_return, return_whole_order
from orders.services.waiting import go_on, leave_waiting, may_wait, stop_waiting

__all__ = [
    "CheckAnswer",
    "LineInput",
    "OrderInput",
    "arrange_shipment",
    "ask_about_differences",
    "cancel_order",
    "confirm_or_ask",
    "confirm_order",
    "create_order",
    "go_on",
    "leave_waiting",
    "may_wait",
    "order_checks",
    "record_return",
    "return_order_to_draft",
    "return_whole_order",
    "ship_order",
    "stop_waiting",
    "submit_order",
    "update_order",
]
