"""Orders and returns on the timeline of their customer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.story import StoryKind, stories
from orders.models import Order, Return
from salesops.ui.links import record_url


def register() -> None:
    """Called when the app is ready."""
    stories.register(
        "orders.order",
        StoryKind(
            _("Orders"),
            Order,
            lambda about: about.seen(Order),
            day="order_date",
            words=lambda order: order.customer_po,
            amount=lambda order: (order.total, order.currency_id),
            order=40,
        ),
    )
    stories.register(
        "orders.return",
        StoryKind(
            _("Returns"),
            Return,
            lambda about: about.seen(Return, "order__customer"),
            day="return_date",
            title=lambda back: back.order.number,
            words=lambda back: back.reason,
            who=lambda back: back.order.owner,
            amount=lambda back: (-back.net, back.order.currency_id),
            url=lambda back: record_url(back.order),
            related=("order__owner",),
            order=45,
        ),
    )
