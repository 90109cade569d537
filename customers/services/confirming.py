"""Going through a file: its data are right as of today (CUS-05)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can


@transaction.atomic
def confirm_data(*, actor: User, at: datetime, customer: Customer) -> Customer:
    """Somebody who works on the file has gone through it today. Raises ``NotAllowed``."""
    if not can(actor, "edit", customer):
        raise NotAllowed(_("You may not change this customer file."))
    row = lock_row(Customer.objects, customer.pk)
    row.confirmed_on = timezone.localdate(at)
    row.version += 1
    row.save(update_fields=["confirmed_on", "version", "updated_at"])
    record("customers.data_confirmed", row, actor=actor, at=at)
    return row
