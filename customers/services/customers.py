"""Create and change a customer file (CUS-01, ORG-12)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.choices import CustomerKind
from customers.errors import InvalidTaxNumber, LikelyDuplicate, must_stand
from customers.events import CustomerCreated, CustomerOwnerChanged
from customers.identifiers import check_tax_number, country_code, read_phone
from customers.models import Customer, CustomerOwnership
from customers.naming import name_key
from customers.permissions import CREDIT_FIELDS
from customers.selectors import DuplicateHit, duplicate_hits
from customers.services.contacts import save_contact
from customers.services.groups import CIRCLES, settle_links, stands_above
from customers.services.protection import protection_from
from customers.services.second_person import tell_basis, waiting_fields
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.services import propose_change
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number, unless_taken

FIELDS = frozenset(
    {
        "name", "short_name", "kind", "customer_class", "industry", "region", "country", "address", "phone",
        "tax_number", "tax_override_reason", "source", "annual_revenue", "employees", "parent", "currency",
        "payment_term", "credit_limit", "bank_name", "bank_account", "remarks", "created_date", "legal_rep",
        "registered_capital", "founded_on", "yearly_potential", "competitor_suppliers", "preferences", "culture_notes",
        "service_plan", "visit_every",
    }
)  # fmt: skip
IDENTITY_FIELDS = frozenset({"name", "phone", "tax_number", "tax_override_reason", "country", "kind"})


@transaction.atomic
def create_customer(
    *,
    actor: User | None,
    at: datetime,
    name: str,
    currency: Any,
    code: str = "",
    owner: User | None = None,
    created_date: date | None = None,
    other_company: bool = False,
    lenient: bool = False,
    first_contact: dict[str, Any] | None = None,
    **fields: Any,
) -> Customer:
    """Open a customer file; a blank ``code`` takes the next KH number, ``created_date`` defaults to the day of ``at``.

    ``first_contact``: fields of the main contact.
    Credit limit and payment terms wait for a second person, where the handbook says so.
    ``owner`` has it from ``created_date`` on, with the team of that day. ``other_company`` confirms that it is
    not one of the likely duplicates. ``lenient`` (imports of old files) keeps telephone and tax numbers that do
    not fit as they are written. Raises ``LikelyDuplicate``, ``Duplicate`` (code), ``InvalidTaxNumber``,
    ``InvalidPhone``, ``NotAllowed``; publishes ``CustomerCreated`` and ``CustomerOwnerChanged``.
    """
    _known(fields)
    today = timezone.localdate(at)
    since = created_date or today
    customer = Customer(name=name.strip(), currency=currency, created_date=since, created_by=actor, **fields)
    _may_set_credit(actor, None, {f for f in CREDIT_FIELDS if fields.get(f) is not None})
    tidy(customer, today, lenient=lenient)
    if not lenient:
        _refuse_duplicates(customer, actor, today, other_company)
    customer.owner = owner
    customer.team = team_on(owner, today) if owner else None
    customer.code = code.strip() or next_free_number("KH", Customer, on=today, field="code")
    customer.protected_until = protection_from(today) if owner and not lenient else None
    terms = terms_held_back(customer, on=today) if actor is not None else {}
    _insert(customer)
    if customer.parent_id is not None:
        settle_links([customer.pk], on=since)
    if owner:
        CustomerOwnership.objects.create(
            customer=customer, owner=owner, team=team_on(owner, since) or customer.team, from_date=since
        )
    if actor is not None and not can(actor, "edit", customer):
        raise NotAllowed(
            _("You may open customer files only for yourself or the people of your team."), field="owner"
        )
    record(
        "customers.customer_created",
        customer,
        actor=actor,
        at=at,
        data={"owner": owner.name if owner else ""},
    )
    if first_contact and first_contact.get("name"):
        save_contact(actor=actor, at=at, customer=customer, lenient=lenient, **first_contact)
    if terms:
        propose_change(actor=actor, obj=customer, changes=terms, at=at)
    publish(CustomerCreated(customer.pk, at))
    if owner:
        publish(CustomerOwnerChanged(customer.pk, None, owner.pk, since))
    return customer


@transaction.atomic
def update_customer(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    version: int | None = None,
    other_company: bool = False,
    lenient: bool = False,
    **changes: Any,
) -> Customer:
    """Change fields of a customer file; ``version`` is the one the editor read (``None``: not checked).

    Fields that need a second person (tax number, bank, credit terms) keep their values: the new ones are proposed
    and wait. Owner and team change only by ``assign_owner``. Raises ``Conflict`` when somebody was faster, and the errors of
    ``create_customer``.
    """
    _known(changes)
    row = lock_row(Customer.objects, customer.pk)
    must_stand(row)
    if actor is not None and not (can(actor, "edit", row) or can(actor, "set_credit", row)):
        raise NotAllowed(_("You may not change this customer file."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this customer meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    before = {name: getattr(row, name) for name in (*changes, "tax_override_reason")}
    changed = {name for name, value in changes.items() if before[name] != value}
    _may_change(actor, row, changed)
    if "parent" in changed:
        advisory_lock(CIRCLES)
        if stands_above(row, changes["parent"]):
            raise InvalidInput(_("This customer would belong to itself by way of its group."), field="parent")
    for name in changed:
        setattr(row, name, changes[name])
    today = timezone.localdate(at)
    if changed & IDENTITY_FIELDS:
        tidy(row, today, lenient=lenient)
        if changed & {"name", "phone", "tax_number"} and not lenient:
            _refuse_duplicates(row, actor, today, other_company)
    waits = _held_back(row, before, on=today) if actor is not None else {}
    changed = {name for name in changed if getattr(row, name) != before[name]}
    if changed:
        row.version += 1
        row.save()
        if "parent" in changed:
            settle_links([row.pk], on=today)
        record("customers.customer_changed", row, actor=actor, at=at, data={"fields": sorted(changed)})
        tell_basis(row, changed, at=at)
    if waits:
        propose_change(actor=actor, obj=row, changes=waits, at=at)
    return row


def terms_held_back(customer: Customer, *, on: date) -> dict[str, Any]:
    """Credit terms of a new file wait for a second person, too, or they would be set by opening one."""
    given = {name for name in CREDIT_FIELDS if getattr(customer, name) is not None}
    terms = {name: getattr(customer, name) for name in waiting_fields(given, on=on)}
    for name in terms:
        setattr(customer, name, None)
    return terms


def _held_back(row: Customer, before: dict[str, Any], *, on: date) -> dict[str, Any]:
    """Values that a second person has to accept: the row gets the old ones back, the new ones are proposed."""
    moved = {name for name, value in before.items() if getattr(row, name) != value}
    waits = {name: getattr(row, name) for name in waiting_fields(moved, on=on)}
    for name in waits:
        setattr(row, name, before[name])
    return waits


def _known(fields: dict[str, Any]) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not fields of a customer: {sorted(unknown)}")


def _may_change(actor: User | None, customer: Customer, changed: set[str]) -> None:
    credit = changed & set(CREDIT_FIELDS)
    _may_set_credit(actor, customer, credit)
    if actor is not None and changed - credit and not can(actor, "edit", customer):
        raise NotAllowed(_("You may change only credit limit and payment terms of this customer."))


def _may_set_credit(actor: User | None, customer: Customer | None, fields: set[str]) -> None:
    if fields and actor is not None and not can(actor, "set_credit", customer or Customer):
        raise NotAllowed(
            _("Credit limit and payment terms are set by finance or the department manager."),
            field=min(fields),
            way_out=_("Ask finance to set them."),
            release=AskOffer(
                _("Please set the credit terms of %(customer)s")
                % {"customer": customer or _("a new customer")},
                roles=(Role.FINANCE,),
                subject=customer,
            ),
        )


def tidy(customer: Customer, today: date, *, lenient: bool) -> None:
    """Normalise and check the fields that identify a company."""
    if not customer.name:
        raise InvalidInput(_("Enter the name of the customer."), field="name")
    if customer.created_date > today:
        raise InvalidInput(_("A customer cannot begin in the future."), field="created_date")
    customer.name_key = name_key(customer.name)
    home = rule("customers.home_country", on=today) if customer.kind != CustomerKind.OVERSEAS else ""
    country = country_code(customer.country, home=home)
    check = check_tax_number(
        customer.tax_number, country=country if customer.kind != CustomerKind.PERSON else ""
    )
    customer.tax_number = check.number
    if check.ok:
        customer.tax_override_reason = ""
    elif not customer.tax_override_reason.strip() and not lenient:
        raise InvalidTaxNumber(
            check.problem,
            field="tax_number",
            way_out=_("Correct it, or say below why it is right all the same."),
        )
    customer.phone = read_phone(customer.phone, country=country, lenient=lenient)


def _refuse_duplicates(customer: Customer, actor: User | None, today: date, confirmed: bool) -> None:
    if confirmed:
        return
    hits = duplicate_hits(
        user=actor,
        on=today,
        name=customer.name,
        tax_number=customer.tax_number,
        phone=customer.phone,
        exclude=customer.pk,
    )
    refuse_likely(hits)


def refuse_likely(hits: list[DuplicateHit]) -> None:
    """Raise ``LikelyDuplicate`` where what is typed is in all likelihood a customer on file."""
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


def duplicate_sentence(hits: list[DuplicateHit]) -> str:
    """What the person at the form is told: the file, or only whom to ask."""
    parts = []
    for hit in hits:
        if hit.customer is not None:
            parts.append(f"{hit.customer.name} ({hit.customer.code}, {hit.reason_text})")
        elif hit.ask:
            parts.append(
                str(_("one that %(name)s looks after (%(reason)s)"))
                % {"name": hit.ask, "reason": hit.reason_text}
            )
        else:
            parts.append(str(_("one of another team (%(reason)s)")) % {"reason": hit.reason_text})
    return ngettext(
        "A customer like this is on file already: %(hits)s.",
        "Customers like this are on file already: %(hits)s.",
        len(parts),
    ) % {"hits": "; ".join(parts)}


def _insert(customer: Customer) -> None:
    def taken() -> Duplicate:
        return Duplicate(
            _("The customer code %(code)s is taken.") % {"code": customer.code},
            field="code",
            way_out=_("Choose another code, or leave it empty to get the next number."),
            existing=customer.code,
        )

    with unless_taken(Customer, taken, field="code"):
        customer.save(force_insert=True)
