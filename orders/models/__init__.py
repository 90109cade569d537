"""Orders, their lines, and goods that came back."""

from orders.models.differences import ContractDifference
from orders.models.orders import Order, OrderLine
from orders.models.returns import Return

__all__ = ["ContractDifference", "Order", "OrderLine", "Return"]
