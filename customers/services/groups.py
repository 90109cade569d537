"""Groups and their members (CUS-01): a customer is put under its group from a day on; nothing goes in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, GroupLink
from customers.services.second_person import tell_basis
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.policies import can

CIRCLES = "customers.groups"  # also taken by the trigger that holds it


def stands_above(customer: Customer, group: Customer | None) -> bool:
    """Is ``customer`` itself ``group``, or a group above it?"""
    above, seen = group.pk if group else None, set[int]()
    while above is not None and above not in seen:
        if above == customer.pk:
            return True
        seen.add(above)
        above = Customer.objects.values_list("parent_id", flat=True).get(pk=above)
    return False


@transaction.atomic
def set_group(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    group: Customer | None,
    from_date: date | None = None,
    reason: str = "",
) -> Customer:
    """Put a customer under a group from a day (not in the future), or under none.

    Raises ``NotAllowed``, ``InvalidInput`` (itself, a circle, a merged file, a day before the link in force).
    """
    if actor is not None and not can(actor, "edit", customer):
        raise NotAllowed(_("You may not change this customer file."))
    advisory_lock(CIRCLES)
    row = lock_row(Customer.objects, customer.pk)
    today = timezone.localdate(at)
    day = from_date or today
    old = row.parent
    if group == old:
        raise InvalidInput(_("That is how it stands already."), field="group")
    if group is not None and group.merged_into_id:
        raise InvalidInput(_("This file was merged into another one; choose that."), field="group")
    if stands_above(row, group):
        raise InvalidInput(_("This customer would belong to itself by way of its group."), field="group")
    if day > today:
        raise InvalidInput(_("This day lies in the future."), field="from_date")
    if GroupLink.objects.filter(customer=row, from_date__gt=day).exists():
        raise InvalidInput(_("Another group was written down for a later day."), field="from_date")
    row.parent = group
    row.version += 1
    row.save(update_fields=["parent", "version", "updated_at"])
    settle_links([row.pk], on=day, reason=reason)
    data = {
        "old": old.name if old else "",
        "new": group.name if group else "",
        "from_date": day,
        "reason": reason,
    }
    verb = "customers.group_set" if group else "customers.group_left"
    record(verb, row, *([group] if group else []), actor=actor, at=at, data=data)
    for file in (row, old):  # the group that it left has more room, too
        if file is not None:
            tell_basis(file, {"parent"}, at=at)
    return row


def settle_links(customers: Iterable[int], *, on: date, reason: str = "") -> list[GroupLink]:
    """The history of these files says from ``on`` what their ``parent`` says now; nothing where it does already.

    Returns the new rows.
    """
    keys = list(customers)
    open_links = GroupLink.objects.filter(customer__in=keys, to_date__isnull=True)
    wrong = open_links.exclude(parent=F("customer__parent"))
    wrong = wrong | open_links.filter(customer__parent__isnull=True)
    ended = list(wrong.values_list("pk", flat=True))
    links = GroupLink.objects.filter(pk__in=ended)
    links.filter(from_date__gte=on).delete()
    links.update(to_date=on - timedelta(days=1))
    members = Customer.objects.filter(pk__in=keys, parent__isnull=False)
    linked = GroupLink.objects.filter(customer__in=keys, to_date__isnull=True).values("customer")
    return GroupLink.objects.bulk_create(
        GroupLink(customer_id=pk, parent_id=parent, from_date=on, reason=reason.strip()[:200])
        for pk, parent in members.exclude(pk__in=linked).values_list("pk", "parent_id")
    )
