"""Orders, their lines, and goods that came back."""

from orders.models.orders import Order, OrderLine
from orders.models.returns import Return

__all__ = ["Order", "OrderLine", "Return"]
