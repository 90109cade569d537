"""Who has a customer, from which day (architecture §5.6, ORG-12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.events import CustomerOwnerChanged
from customers.models import Customer, CustomerOwnership
from customers.permissions import CustomerPolicy
from customers.selectors import people_in_reach
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can


@transaction.atomic
def assign_owner(
    *, actor: User | None, at: datetime, customer: Customer, owner: User, from_date: date, reason: str = ""
) -> CustomerOwnership:
    """Give ``customer`` to ``owner`` from ``from_date`` on; what happened before stays with the old owner.

    The open ownership ends the day before; one that would begin on or after ``from_date`` is replaced. Raises
    ``NotAllowed``, ``InvalidInput`` (same owner, person not in post, date in the future or before the file).
    """
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    _check(actor, row, owner, from_date, today)
    old = row.owner
    team = team_on(owner, from_date)
    CustomerOwnership.objects.filter(customer=row, from_date__gte=from_date).delete()
    current = CustomerOwnership.objects.in_force(from_date).filter(customer=row)
    current.update(to_date=from_date - timedelta(days=1))
    ownership = CustomerOwnership.objects.create(
        customer=row, owner=owner, team=team, from_date=from_date, reason=reason.strip()
    )
    row.owner, row.team = owner, team_on(owner, today)
    row.version += 1
    row.save(update_fields=["owner", "team", "version", "updated_at"])
    record(
        "customers.owner_changed",
        row,
        actor=actor,
        at=at,
        data={
            "old": old.name if old else "",
            "new": owner.name,
            "from_date": from_date,
            "reason": reason.strip(),
        },
    )
    publish(CustomerOwnerChanged(row.pk, old.pk if old else None, owner.pk, from_date))
    return ownership


def _check(actor: User | None, customer: Customer, owner: User, from_date: date, today: date) -> None:
    if actor is not None and not can(actor, "assign", customer):
        raise NotAllowed(
            _("Only a lead or manager hands a customer over."), way_out=_("Ask your lead to decide.")
        )
    if customer.owner_id == owner.pk:
        raise InvalidInput(_("%(name)s has this customer already.") % {"name": owner}, field="owner")
    if not owner.is_active or (owner.left_date and owner.left_date < from_date):
        raise InvalidInput(_("%(name)s is no longer in post.") % {"name": owner}, field="owner")
    if from_date > today:
        raise InvalidInput(_("The day of the hand-over cannot be in the future."), field="from_date")
    if from_date < customer.created_date:
        raise InvalidInput(
            _("The customer is on file only since %(date)s.") % {"date": customer.created_date},
            field="from_date",
        )
    if actor is None:
        return
    if not people_in_reach(actor, CustomerPolicy.assignment, "edit", on=today).filter(pk=owner.pk).exists():
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give customers to.") % {"name": owner},
            field="owner",
            way_out=_("Ask the manager of both teams."),
        )
