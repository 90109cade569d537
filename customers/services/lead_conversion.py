"""A lead becomes customer, contact and deal; nothing of it is lost (OPP-01, OPP-02)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import LEAD_MOVES, LeadState
from customers.events.deals import LeadConverted
from customers.models import Contact, Customer, Lead, Opportunity
from customers.services.contacts import save_contact
from customers.services.customers import create_customer
from customers.services.lead_rows import (
    LABELS,
    facts,
    locked,
    touch,
)
from customers.services.opportunities import create_opportunity
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, NotAllowed
from salesops.core.events import publish
from salesops.core.policies import can
from salesops.work.models import Task


@transaction.atomic
def convert_lead(
    *,
    actor: User,
    at: datetime,
    lead: Lead,
    title: str,
    next_step: str,
    next_step_on: date,
    customer: Customer | None = None,
    other_company: bool = False,
    version: int | None = None,
    **deal: Any,
) -> Opportunity:
    """Turn a lead into customer, contact and deal, in one transaction; nothing of it is lost.

    With ``customer`` the lead joins a file that is there; else a file is opened, after the same search for
    duplicates as by hand. Open tasks go along to the deal; comments and files stay where they were written and are
    shown with the deal. Publishes ``LeadConverted``. Raises ``LikelyDuplicate`` and what its parts raise.
    """
    row = locked(lead, actor, "convert", version=version)
    LEAD_MOVES.require(row.state, LeadState.QUALIFIED, labels=LABELS)
    if row.owner is None:
        raise Conflict(_("This lead lies in the pool."), way_out=_("Take it first."))
    if customer is None:
        customer = _open_file(row, actor, at, other_company)
    elif not can(actor, "open_deal", customer):
        raise NotAllowed(
            _("You open opportunities only with your own customers or those of your team."), field="customer"
        )
    else:
        _add_contact(row, customer, actor, at)
    opportunity = create_opportunity(
        actor=actor, at=at, title=title, customer=customer, owner=row.owner, next_step=next_step,
        next_step_on=next_step_on, lead=row, campaign=row.campaign, source=str(row.get_source_display()),
        score=row.score, need_record=row.need, **({"product": row.product, "currency": row.currency} | deal),
    )  # fmt: skip
    today = timezone.localdate(at)
    row.state, row.customer, row.closed_date = LeadState.QUALIFIED, customer, today
    touch(row, today)
    _bring_tasks(row, opportunity)
    data = facts(row, deal=opportunity.code)
    record("customers.lead_converted", row, customer, opportunity, actor=actor, at=at, data=data)
    publish(LeadConverted(row.pk, customer.pk, opportunity.pk, at))
    return opportunity


def _open_file(lead: Lead, actor: User, at: datetime, other_company: bool) -> Customer:
    contact = {
        "name": lead.contact_name,
        "title": lead.contact_title,
        "phone": lead.phone,
        "email": lead.email,
    }
    return create_customer(
        actor=actor, at=at, name=lead.name, currency=lead.currency, owner=lead.owner, other_company=other_company,
        country=lead.country, region=lead.region, industry=lead.industry, address=lead.address,
        phone="" if lead.contact_name else lead.phone, source=str(lead.get_source_display()),
        first_contact=contact if lead.contact_name else None,
    )  # fmt: skip


def _add_contact(lead: Lead, customer: Customer, actor: User, at: datetime) -> None:
    """The person of the lead joins the file, unless somebody of that name or number is there."""
    if not lead.contact_name:
        return
    same = Q(name=lead.contact_name) | (Q(phone=lead.phone) & ~Q(phone=""))
    if not Contact.objects.filter(same, customer=customer).exists():
        save_contact(
            actor=actor, at=at, customer=customer, name=lead.contact_name, title=lead.contact_title,
            phone=lead.phone, email=lead.email,
        )  # fmt: skip


def _bring_tasks(lead: Lead, opportunity: Opportunity) -> None:
    kind = ContentType.objects.get_for_model(Opportunity)
    Task.objects.about(lead).undone().update(
        subject_type=kind, subject_id=opportunity.pk, version=F("version") + 1
    )
