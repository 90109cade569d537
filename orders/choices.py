"""States of an order (the part of domain §3.5 that stands without review and production)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class DifferencePoint(models.TextChoices):
    """On what an order can differ from its contract."""

    STATE = "state", _("state of the contract")
    START = "start", _("beginning of the contract")
    END = "end", _("end of the contract")
    CURRENCY = "currency", pgettext_lazy("point of a contract", "currency")
    TERMS = "terms", pgettext_lazy("point of a contract", "payment terms")
    AMOUNT = "amount", pgettext_lazy("point of a contract", "amount")
