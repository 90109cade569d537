"""Set and end a deputy (ORG-05): for oneself, or by a superior."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesops.accounts.delegable import delegable
from salesops.accounts.delegations import line_above
from salesops.accounts.events import DelegationSet
from salesops.accounts.models import Delegation, User
from salesops.accounts.services.guard import require
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row


@transaction.atomic
def set_delegation(
    *,
    actor: User | None,
    at: datetime,
    person: User,
    deputy: User,
    from_date: date,
    to_date: date,
    kind: str = Delegation.Kind.LEAVE,
    document_types: list[str] | tuple[str, ...] = (),
    reason: str = "",
) -> Delegation:
    """``deputy`` stands in for ``person`` from a day to a day. Raises ``InvalidInput``, ``NotAllowed``.

    A deputy who is away in that time himself is refused: nobody stands in for a deputy.
    """
    person = lock_row(User.objects.all(), person.pk)
    require(actor, "delegate", person)
    if deputy.pk == person.pk or not deputy.is_active:
        raise InvalidInput(_("Choose a colleague in post who is not the person."), field="deputy")
    if actor is not None and deputy.pk == actor.pk and actor not in line_above(person):
        raise NotAllowed(
            _("Nobody makes himself the deputy of somebody else."),
            way_out=_("The person or a superior names the deputy."),
        )
    if to_date < from_date:
        raise InvalidInput(_("The last day lies before the first."), field="to_date")
    if to_date < timezone.localdate(at):
        raise InvalidInput(_("This time is over; a deputy cannot decide for past days."), field="to_date")
    unknown = [key for key in document_types if key not in delegable]
    if unknown:
        raise InvalidInput(_("There is no such kind of decision."), field="document_types")
    away = Delegation.objects.filter(person=deputy, from_date__lte=to_date, to_date__gte=from_date)
    if away.exclude(kind=Delegation.Kind.PRESENT).exists():
        raise InvalidInput(
            _("%(deputy)s is away in this time, and nobody stands in for a deputy.") % {"deputy": deputy},
            field="deputy",
            way_out=_("Choose somebody who is there."),
        )
    row = Delegation.objects.create(
        person=person,
        deputy=deputy,
        from_date=from_date,
        to_date=to_date,
        kind=kind,
        document_types=sorted(set(document_types)),
        reason=reason.strip()[:200],
        set_by=actor,
    )
    record("accounts.deputy_set", person, deputy, actor=actor, at=at, data=_facts(row), comment=row.reason)
    publish(DelegationSet(row.pk, at))
    return row


@transaction.atomic
def end_delegation(*, actor: User | None, at: datetime, delegation: Delegation) -> None:
    """The person is back: the deputy decides nothing from now on. One that has not begun is taken away."""
    row = lock_row(Delegation.objects.all(), delegation.pk)
    require(actor, "delegate", row.person)
    yesterday = timezone.localdate(at) - timedelta(days=1)
    if row.to_date <= yesterday:
        raise Conflict(_("This delegation is over already."))
    facts: dict[str, Any] = _facts(row)
    record("accounts.deputy_ended", row.person, row.deputy, actor=actor, at=at, data=facts)
    if row.from_date > yesterday:
        row.delete()
    else:
        row.to_date = yesterday
        row.save(update_fields=["to_date"])


def _facts(row: Delegation) -> dict[str, Any]:
    return {
        "person": row.person.name,
        "deputy": row.deputy.name,
        "from_date": row.from_date.isoformat(),
        "to_date": row.to_date.isoformat(),
        "decisions": list(row.document_types),
    }
