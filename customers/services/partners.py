"""Partners outside the house, and the talks with them (MKT-17)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Partner, PartnerTalk
from customers.services.market_rows import locked, save
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.policies import can


@transaction.atomic
def save_partner(
    *, actor: User, at: datetime, partner: Partner | None = None, version: int | None = None, **fields: Any
) -> Partner:
    """Enter a partner, or change its entry. Raises ``InvalidInput``, ``NotAllowed``."""
    today = timezone.localdate(at)
    if partner is None:
        if not can(actor, "add", Partner):
            raise NotAllowed(_("Partners are entered by leads and managers."))
        row = Partner(created_by=actor, owner=actor, team=team_on(actor, today))
    else:
        row = locked(partner, actor, "edit", version)
    for name, value in fields.items():
        setattr(row, name, value)
    if row.agreed_to is not None and row.agreed_to < row.agreed_from:
        raise InvalidInput(_("The agreement ends before it begins."), field="agreed_to")
    if not 1 <= row.contact_every <= 366:
        raise InvalidInput(_("Talk at least once a year, at most once a day."), field="contact_every")
    row.next_talk_on = _next_talk(
        row, row.last_talk_on or (timezone.localdate(row.created_at) if row.pk else today)
    )
    save(row)
    verb = "customers.partner_changed" if partner else "customers.partner_added"
    record(verb, row, actor=actor, at=at, data={"name": row.name})
    return row


@transaction.atomic
def talk_to_partner(
    *, actor: User, at: datetime, partner: Partner, day: date, way: str, opinions: str, improvement: str = ""
) -> PartnerTalk:
    """Write a talk down: their opinions and what we improve; the next talk is due by the rhythm agreed."""
    row = locked(partner, actor, "talk")
    if day > timezone.localdate(at):
        raise InvalidInput(_("This day lies in the future."), field="day")
    if day < row.agreed_from:
        raise InvalidInput(
            _("The agreement began only on %(date)s.") % {"date": row.agreed_from}, field="day"
        )
    if not opinions.strip():
        raise InvalidInput(_("Write down what they said."), field="opinions")
    talk = PartnerTalk.objects.create(
        partner=row, day=day, way=way, opinions=opinions.strip(), improvement=improvement.strip(), owner=actor
    )
    if row.last_talk_on is None or day >= row.last_talk_on:
        row.last_talk_on, row.next_talk_on = day, _next_talk(row, day)
        save(row)
    record("customers.partner_talk", row, actor=actor, at=at, data={"name": row.name, "date": day})
    return talk


def _next_talk(row: Partner, last: date) -> date:
    return last + timedelta(days=row.contact_every)
