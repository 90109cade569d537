"""The list of reasons for lost deals, kept by the department manager (OPP-07)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import LossReason
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Duplicate, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can


@transaction.atomic
def save_loss_reason(
    *, actor: User, at: datetime, reason: LossReason | None = None, **fields: Any
) -> LossReason:
    """Add a reason or change one; deals that were lost for it keep it, also when it is no longer offered."""
    if not can(actor, "edit" if reason else "add", reason or LossReason):
        raise NotAllowed(_("The list of reasons is kept by the department manager."))
    row = lock_row(LossReason.objects, reason.pk) if reason else LossReason()
    for name, value in fields.items():
        setattr(row, name, value)
    others = LossReason.objects.exclude(pk=row.pk)
    for name in ("code", "name"):
        if others.filter(**{name: getattr(row, name)}).exists():
            raise Duplicate(_("There is such a reason already."), field=name, existing=getattr(row, name))
    row.save()
    verb = "customers.loss_reason_changed" if reason else "customers.loss_reason_added"
    record(verb, row, actor=actor, at=at, data={"name": str(row)})
    return row
