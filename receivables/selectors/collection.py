"""What is overdue in a case, with the level that each item has reached."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from customers.selectors import family_of
from receivables.models import CollectionCase, Receivable
from salesops.accounts.models import User
from salesops.accounts.selectors import active_people


def overdue_of(case: CollectionCase, on: date, user: Any = None) -> QuerySet[Receivable]:
    """Overdue items of the customer on a day, the oldest first, each with ``reached`` (None: nothing done yet).

    ``user`` limits them to what the person may see; without one they are all.
    """
    rows = Receivable.objects.visible_to(user) if user is not None else Receivable.objects.all()
    done = Q(collection_items__step__state="done")
    return (
        rows.open()
        .filter(customer__in=family_of(case.customer), due_date__lt=on)
        .annotate(reached=Max("collection_items__level", filter=done))
        .select_related("currency", "contract", "order")
        .order_by("due_date", "pk")
    )


def people_with(role: str, on: date) -> Any:
    """Who holds a role on a day and is in post."""
    held = Q(role_grants__role=role, role_grants__from_date__lte=on) & (
        Q(role_grants__to_date=None) | Q(role_grants__to_date__gte=on)
    )
    return User.objects.filter(active_people(on), held).distinct().order_by("pk")
