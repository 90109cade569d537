"""What the acts on market information share."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from customers.models import (
    Observation,
    ProductDemand,
)
from salesops.accounts.models import User
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.models import Record
from salesops.core.policies import can

M = TypeVar("M", bound=Record)


def locked(obj: M, actor: User | None, verb: str, version: int | None = None) -> M:
    row = lock_row(type(obj)._default_manager, obj.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(_("Only who wrote it, or the team above, may change it."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def save(row: Record) -> None:
    if row.pk:
        row.version += 1
    row.save()


def only_seen(row: Observation | ProductDemand, actor: User) -> None:
    """What is named must be the person's to see: else naming it would be a way to look."""
    for name in ("customer", "opportunity", "visit"):
        named = getattr(row, name)
        if named is not None and not can(actor, "view", named):
            raise NotAllowed(_("You do not see this record."), field=name)
    if row.visit is not None and row.customer is not None and row.visit.customer_id != row.customer_id:
        raise InvalidInput(
            _("The visit was to another customer."),
            field="customer",
            way_out=_("Raise it from a visit to this customer, or leave the customer as it was."),
        )
