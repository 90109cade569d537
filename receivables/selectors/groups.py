"""Parent and subsidiaries whose credit counts together."""

from __future__ import annotations

from customers.models import Customer


def group_of(customer: Customer) -> tuple[Customer, list[int]]:
    """The topmost parent, and the keys of everybody below it with the files merged into them."""
    top, seen = customer, {customer.pk}
    while top.parent is not None and top.parent_id not in seen:
        top = top.parent
        seen.add(top.pk)
    found, level = [top.pk], [top.pk]
    while level:
        below = Customer.objects.filter(parent__in=level) | Customer.objects.filter(merged_into__in=level)
        level = list(below.exclude(pk__in=found).order_by("pk").values_list("pk", flat=True).distinct())
        found += level
    return top, found
