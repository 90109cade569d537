"""The group of a customer on its page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.groups import tree_of
from customers.models import Customer
from salesops.audit import verbs
from salesops.core.policies import can
from salesops.ui.registries import Panel, panels


def group_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    """The tree from the top with what each member bought and owes, summed over those the person may see."""
    tree = tree_of(request.user, customer, on=timezone.localdate())
    if tree is None:
        return None
    links = list(
        customer.group_links.select_related("parent__owner", "parent__team").order_by("-from_date")[:10]
    )
    return {
        "tree": tree,
        "here": customer.pk,
        "base": settings.BASE_CURRENCY,
        "history": [(link, can(request.user, "view", link.parent)) for link in links],
    }


def register() -> None:
    """Called when the app is ready."""
    panels.register(
        "customers.group",
        Panel(
            Customer,
            pgettext_lazy("customers", "Group"),
            "customers/panel_group.html",
            group_of,
            order=50,
            later=True,
        ),
    )
    verbs.register(
        {
            "customers.group_set": _(
                "%(actor)s put the customer under %(new)s as of %(from_date)s. %(reason)s"
            ),
            "customers.group_left": _(
                "%(actor)s took the customer out of %(old)s as of %(from_date)s. %(reason)s"
            ),
        }
    )
