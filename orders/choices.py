"""States of an order (the part of domain §3.5 that stands without review and production)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.states import Transitions


class OrderState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CONFIRMED = "confirmed", _("Confirmed")
    SHIPPED = "shipped", _("Shipped")
    CANCELLED = "cancelled", _("Cancelled")


ORDER_MOVES = Transitions(
    {
        OrderState.DRAFT: {OrderState.SUBMITTED, OrderState.CANCELLED},
        OrderState.SUBMITTED: {OrderState.DRAFT, OrderState.CONFIRMED, OrderState.CANCELLED},
        OrderState.CONFIRMED: {OrderState.SHIPPED, OrderState.CANCELLED},
    }
)
