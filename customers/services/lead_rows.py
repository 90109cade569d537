"""What the acts on a lead share: the row under lock, its texts in order, the search for others like it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.choices.deals import OPEN_LEADS, LeadState
from customers.identifiers import country_code, normalise_phone
from customers.models import Lead
from customers.naming import name_key
from customers.selectors import duplicate_hits
from customers.services.customers import refuse_likely
from salesops.accounts.models import User
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule

LABELS = dict(LeadState.choices)
FIELDS = frozenset(
    {
        "name", "contact_name", "contact_title", "phone", "email", "country", "region", "industry", "address",
        "source", "campaign", "referrer", "need", "potential", "currency", "product", "score", "screening",
        "remarks",
    }
)  # fmt: skip


def locked(lead: Lead, actor: User | None, verb: str, *, version: int | None = None) -> Lead:
    row = lock_row(Lead.objects, lead.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(_("Only who has the lead, or the team above, may do this."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this lead meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def must_be_open(row: Lead) -> None:
    if row.state not in OPEN_LEADS:
        raise Conflict(
            _("This lead is decided: %(state)s.") % {"state": row.get_state_display()},
            way_out=_("Work goes on with its customer and its opportunity.")
            if row.state == LeadState.QUALIFIED
            else _("Take it up again first."),
        )


def touch(row: Lead, today: date) -> None:
    row.touched_date = max(row.touched_date, today)
    row.version += 1
    row.save()


def tidy(lead: Lead, today: date) -> None:
    lead.name = lead.name.strip()
    if not lead.name:
        raise InvalidInput(_("Enter the name of the company or person."), field="name")
    lead.name_key = name_key(lead.name)
    country = country_code(lead.country, home=rule("customers.home_country", on=today))
    lead.phone = normalise_phone(lead.phone, country=country)
    if lead.potential is not None and lead.potential < 0:
        raise InvalidInput(_("An amount is zero or more."), field="potential")


def refuse_duplicates(lead: Lead, actor: User | None, today: date) -> None:
    twin = (
        Lead.objects.alive()
        .filter(name_key=lead.name_key)
        .exclude(pk=lead.pk)
        .select_related("owner")
        .first()
    )
    if twin is not None:
        raise Duplicate(
            _("There is an open lead of this name (%(name)s).") % {"name": twin.owner or _("in the pool")},
            field="other_company",
            way_out=_("If it is another company, confirm that below."),
        )
    refuse_likely(duplicate_hits(user=actor, on=today, name=lead.name, phone=lead.phone))


def facts(lead: Lead, **more: Any) -> dict[str, Any]:
    return {"lead": lead.number, "name": lead.name} | more


def known(fields: Iterable[str]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not fields of a lead: {sorted(unknown)}")
