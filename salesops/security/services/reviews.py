"""The review of rights: every role that somebody holds is looked at from time to time (DAT-07)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from salesops.accounts.models import RoleGrant, User
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import NotAllowed
from salesops.security.models import GrantReview

REVIEWERS = (Role.ADMINISTRATOR, Role.HR, Role.GM, Role.AUDITOR)


@transaction.atomic
def confirm_grants(grants: Iterable[RoleGrant], *, actor: User, at: datetime) -> int:
    """Write down that these roles are still needed; nobody confirms the own ones. Returns how many."""
    if not actor.has_role(*REVIEWERS):
        raise NotAllowed(_("Rights are reviewed by the general manager, HR, administrators and auditors."))
    rows = list(grants)
    if any(grant.user_id == actor.pk for grant in rows):
        raise NotAllowed(
            _("Nobody reviews the own rights."), way_out=_("Leave your own roles to another reviewer.")
        )
    GrantReview.objects.bulk_create(GrantReview(grant=grant, reviewer=actor, at=at) for grant in rows)
    for grant in rows:
        data = {"person": grant.user.name, "role": grant.role}
        record("security.grant_confirmed", grant.user, actor=actor, at=at, data=data)
    return len(rows)
