"""Leads: taken in, worked on, screened, and turned into customers without loss (OPP-01, OPP-02)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import LEAD_MOVES, OPEN_LEADS, LeadState
from customers.errors import LikelyDuplicate
from customers.events.deals import LeadConverted
from customers.identifiers import country_code, normalise_phone
from customers.models import Contact, Customer, Lead, Opportunity
from customers.naming import name_key
from customers.selectors import duplicate_hits
from customers.services.contacts import save_contact
from customers.services.customers import create_customer, duplicate_sentence
from customers.services.opportunities import create_opportunity
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number
from salesops.work.models import Task

_LABELS = dict(LeadState.choices)
FIELDS = frozenset(
    {
        "name", "contact_name", "contact_title", "phone", "email", "country", "region", "industry", "address",
        "source", "campaign", "referrer", "need", "potential", "currency", "product", "score", "screening",
        "remarks",
    }
)  # fmt: skip


@transaction.atomic
def create_lead(
    *,
    actor: User | None,
    at: datetime,
    owner: User | None = None,
    created_date: date | None = None,
    other_company: bool = False,
    **fields: Any,
) -> Lead:
    """Take a lead in; without ``owner`` it lies in the pool of leads. It gets the next XS number.

    Raises ``LikelyDuplicate`` when a customer like it is on file (``other_company`` confirms that it is another
    one), ``Duplicate`` when an open lead has the same name, ``InvalidInput``, ``NotAllowed``.
    """
    _known(fields)
    today = timezone.localdate(at)
    day = created_date or today
    if day > today:
        raise InvalidInput(_("A lead cannot come in the future."), field="created_date")
    lead = Lead(
        number=next_free_number("XS", Lead, on=today), owner=owner, team=team_on(owner, today) if owner else None, created_date=day,
        touched_date=day, created_by=actor, **fields,
    )  # fmt: skip
    _tidy(lead, today)
    if not other_company:
        _refuse_duplicates(lead, actor, today)
    lead.save(force_insert=True)
    if actor is not None and owner is not None and not can(actor, "edit", lead):
        raise NotAllowed(
            _("You may take leads in only for yourself or the people of your team."), field="owner"
        )
    if actor is not None and not can(actor, "add", Lead):
        raise NotAllowed(
            _("You may take leads in only for yourself or the people of your team."), field="owner"
        )
    record("customers.lead_taken_in", lead, actor=actor, at=at, data=_facts(lead))
    return lead


@transaction.atomic
def update_lead(
    *,
    actor: User | None,
    at: datetime,
    lead: Lead,
    version: int | None = None,
    other_company: bool = False,
    **changes: Any,
) -> Lead:
    """Change what is known of a lead; the change counts as work on it."""
    _known(changes)
    row = _locked(lead, actor, "edit", version=version)
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, changes[name])
    today = timezone.localdate(at)
    _tidy(row, today)
    if changed & {"name", "phone"} and not other_company and row.is_open:
        _refuse_duplicates(row, actor, today)
    if changed:
        _touch(row, today)
        record("customers.lead_changed", row, actor=actor, at=at, data=_facts(row, fields=sorted(changed)))
    return row


@transaction.atomic
def contact_lead(*, actor: User | None, at: datetime, lead: Lead, note: str) -> Lead:
    """Write down that somebody of the lead was spoken to; the first time makes it a contacted one."""
    row = _locked(lead, actor, "contact")
    _must_be_open(row)
    if not note.strip():
        raise InvalidInput(_("Write down what came of it."), field="note")
    today = timezone.localdate(at)
    if row.state == LeadState.NEW:
        LEAD_MOVES.require(row.state, LeadState.CONTACTED, labels=_LABELS)
        row.state, row.contacted_date = LeadState.CONTACTED, today
    _touch(row, today)
    record("customers.lead_contacted", row, actor=actor, at=at, data=_facts(row), comment=note.strip())
    return row


@transaction.atomic
def screen_lead(*, actor: User | None, at: datetime, lead: Lead, score: int, screening: str) -> Lead:
    """Judge need and potential of a lead with a score and a sentence (OPP-02)."""
    row = _locked(lead, actor, "screen")
    _must_be_open(row)
    if not 0 <= score <= 100:
        raise InvalidInput(_("A score lies between 0 and 100."), field="score")
    if not screening.strip():
        raise InvalidInput(_("Say in a sentence what the screening showed."), field="screening")
    row.score, row.screening = score, screening.strip()
    _touch(row, timezone.localdate(at))
    record(
        "customers.lead_screened",
        row,
        actor=actor,
        at=at,
        data=_facts(row, score=score, result=row.screening),
    )
    return row


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
    row = _locked(lead, actor, "convert", version=version)
    LEAD_MOVES.require(row.state, LeadState.QUALIFIED, labels=_LABELS)
    if row.owner is None:
        raise Conflict(_("This lead lies in the pool."), way_out=_("Take it first."))
    if customer is None:
        customer = _open_file(row, actor, at, other_company)
    elif not can(actor, "edit", customer):
        raise NotAllowed(
            _("You open deals only with your own customers or those of your team."), field="customer"
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
    _touch(row, today)
    _bring_tasks(row, opportunity)
    data = _facts(row, deal=opportunity.code)
    record("customers.lead_converted", row, customer, opportunity, actor=actor, at=at, data=data)
    publish(LeadConverted(row.pk, customer.pk, opportunity.pk, at))
    return opportunity


@transaction.atomic
def rule_out_lead(*, actor: User | None, at: datetime, lead: Lead, reason: str) -> Lead:
    """Nothing will come of it, and why."""
    return _decide(lead, LeadState.DISQUALIFIED, reason, actor=actor, at=at)


@transaction.atomic
def mark_duplicate(
    *, actor: User | None, at: datetime, lead: Lead, reason: str, customer: Customer | None = None
) -> Lead:
    """The lead is a customer that is on file already, or another lead; ``reason`` says which."""
    if customer is not None and actor is not None and not can(actor, "view", customer):
        raise NotAllowed(_("You do not see this customer."), field="customer")
    return _decide(lead, LeadState.DUPLICATE, reason, actor=actor, at=at, customer=customer)


@transaction.atomic
def reopen_lead(*, actor: User | None, at: datetime, lead: Lead, reason: str) -> Lead:
    """Take a lead up again that was ruled out."""
    row = _locked(lead, actor, "reopen")
    LEAD_MOVES.require(row.state, LeadState.CONTACTED, labels=_LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why the lead is taken up again."), field="reason")
    row.state, row.reason, row.closed_date, row.customer = LeadState.CONTACTED, "", None, None
    _touch(row, timezone.localdate(at))
    record("customers.lead_reopened", row, actor=actor, at=at, data=_facts(row), comment=reason.strip())
    return row


@transaction.atomic
def claim_lead(*, actor: User, at: datetime, lead: Lead) -> Lead:
    """Take a lead out of the pool; of two who click at once one gets it, the other is told who."""
    row = lock_row(Lead.objects, lead.pk)
    if row.owner is not None:
        raise Conflict(_("%(name)s has taken this lead meanwhile.") % {"name": row.owner})
    _must_be_open(row)
    if not can(actor, "claim", row):
        raise NotAllowed(_("Only who sells takes leads out of the pool."))
    today = timezone.localdate(at)
    row.owner, row.team = actor, team_on(actor, today)
    _touch(row, today)
    record("customers.lead_claimed", row, actor=actor, at=at, data=_facts(row))
    return row


@transaction.atomic
def assign_lead(*, actor: User | None, at: datetime, lead: Lead, owner: User, reason: str = "") -> Lead:
    """Give an open lead to a person; state and texts stay as they are."""
    row = _locked(lead, actor, "assign")
    _must_be_open(row)
    today = timezone.localdate(at)
    if row.owner_id == owner.pk:
        raise InvalidInput(_("%(name)s has this lead already.") % {"name": owner}, field="owner")
    if not owner.is_active or (owner.left_date and owner.left_date < today):
        raise InvalidInput(_("%(name)s is no longer in post.") % {"name": owner}, field="owner")
    old = row.owner
    row.owner, row.team = owner, team_on(owner, today)
    _touch(row, today)
    if actor is not None and not can(actor, "assign", row):
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give leads to.") % {"name": owner},
            field="owner",
        )
    data = _facts(row, old=old.name if old else "", new=owner.name, reason=reason.strip())
    record("customers.lead_assigned", row, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def release_lead(*, actor: User | None, at: datetime, lead: Lead, reason: str) -> Lead:
    """Put a lead back into the pool, with the reason."""
    row = _locked(lead, actor, "release")
    _must_be_open(row)
    if row.owner is None:
        raise Conflict(_("This lead lies in the pool already."))
    if not reason.strip():
        raise InvalidInput(_("Say why the lead goes back."), field="reason")
    _put_back(row, reason.strip(), actor=actor, at=at)
    return row


def return_idle_leads(*, on: date, at: datetime) -> list[tuple[Lead, User]]:
    """Put leads back that nobody has worked on for the handbook's days; the answer says whose they were."""
    limit = rule("customers.lead_return_days", on=on)
    rows = Lead.objects.alive().filter(owner__isnull=False).select_related("owner").order_by("pk")
    gone = []
    for row in rows.select_for_update(of=("self",)):
        if (on - row.touched_date).days >= limit:
            gone.append((row, row.owner))
            _put_back(
                row, str(_("nobody worked on it for %(days)s days") % {"days": limit}), actor=None, at=at
            )
    return gone


# --- what the acts share ------------------------------------------------------------------------------


def _decide(
    lead: Lead, state: str, reason: str, *, actor: User | None, at: datetime, customer: Customer | None = None
) -> Lead:
    row = _locked(lead, actor, "rule_out")
    LEAD_MOVES.require(row.state, state, labels=_LABELS)
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason")
    today = timezone.localdate(at)
    row.state, row.reason, row.closed_date, row.customer = state, reason.strip(), today, customer
    _touch(row, today)
    record(f"customers.lead_{state}", row, actor=actor, at=at, data=_facts(row, reason=reason.strip()))
    return row


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


def _put_back(row: Lead, reason: str, *, actor: User | None, at: datetime) -> None:
    old = row.owner
    row.owner = row.team = None
    row.version += 1
    row.save()
    data = _facts(row, old=old.name if old else "", reason=reason)
    record("customers.lead_released", row, actor=actor, at=at, data=data)


def _locked(lead: Lead, actor: User | None, verb: str, *, version: int | None = None) -> Lead:
    row = lock_row(Lead.objects, lead.pk)
    if actor is not None and not can(actor, verb, row):
        raise NotAllowed(_("Only who has the lead, or the team above, may do this."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this lead meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def _must_be_open(row: Lead) -> None:
    if row.state not in OPEN_LEADS:
        raise Conflict(_("This lead is decided: %(state)s.") % {"state": row.get_state_display()})


def _touch(row: Lead, today: date) -> None:
    row.touched_date = max(row.touched_date, today)
    row.version += 1
    row.save()


def _tidy(lead: Lead, today: date) -> None:
    lead.name = lead.name.strip()
    if not lead.name:
        raise InvalidInput(_("Enter the name of the company or person."), field="name")
    lead.name_key = name_key(lead.name)
    country = country_code(lead.country, home=rule("customers.home_country", on=today))
    lead.phone = normalise_phone(lead.phone, country=country)
    if lead.potential is not None and lead.potential < 0:
        raise InvalidInput(_("An amount is zero or more."), field="potential")


def _refuse_duplicates(lead: Lead, actor: User | None, today: date) -> None:
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
    hits = duplicate_hits(user=actor, on=today, name=lead.name, phone=lead.phone)
    likely = [hit for hit in hits if hit.is_likely]
    if likely:
        raise LikelyDuplicate(
            duplicate_sentence(likely),
            field="other_company",
            clause="customers.duplicate_strictness",
            way_out=_("If it is another company, confirm that below."),
            hits=likely,
            alike=len(likely),
        )


def _facts(lead: Lead, **more: Any) -> dict[str, Any]:
    return {"lead": lead.number, "name": lead.name} | more


def _known(fields: Iterable[str]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not fields of a lead: {sorted(unknown)}")
