"""Shares of a customer, people invited to its file, its protection (ORG-12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import AccessLevel
from customers.errors import must_stand
from customers.models import Collaborator, Customer, CustomerOwnership
from customers.selectors import shares_on
from customers.services.ownership import Share, assign_owner, take_effect
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule

STEP = Decimal("0.0001")


@transaction.atomic
def set_shares(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    shares: Iterable[Share],
    from_date: date,
    reason: str = "",
    merely: str = "share",
) -> list[CustomerOwnership]:
    """Divide the credit of a customer among people from a day on; what was before stays.

    ``shares``: person and fraction (at most four places), in sum exactly one. Who has most is the owner of the
    file; among equals the owner of now, else the first. ``merely`` is the verb that the actor needs. Raises
    ``InvalidInput``, ``NotAllowed``, ``Conflict`` (a day whose figures are closed).
    """
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    must_stand(row)
    if actor is not None and not can(actor, merely, row):
        raise NotAllowed(
            _("Only a lead or manager divides a customer."),
            way_out=_("Ask your lead to decide."),
            release=ask_above(actor, _("Please divide %(customer)s") % {"customer": customer}, customer),
        )
    wanted = _ordered(row, list(shares))
    current = CustomerOwnership.objects.in_force(from_date).filter(customer=row)
    holders = set(current.values_list("owner", flat=True))
    _check_shares(row, wanted, from_date, today, holders)
    made = take_effect(row, wanted, from_date=from_date, today=today, reason=reason)
    told = ", ".join(f"{person.name} {share * 100:.4g} %" for person, share in wanted)
    data = {"shares": told, "from_date": from_date, "reason": reason.strip()}
    record("customers.shares_set", row, actor=actor, at=at, data=data)
    return made


def _ordered(customer: Customer, shares: list[Share]) -> list[Share]:
    """The largest share first; the owner of now before others with as much."""
    return sorted(shares, key=lambda pair: (-pair[1], pair[0].pk != customer.owner_id))


def _check_shares(
    customer: Customer, shares: list[Share], from_date: date, today: date, holders: set[int]
) -> None:
    if not shares or len({person.pk for person, _share in shares}) != len(shares):
        raise InvalidInput(_("Name each person once."), field="lines")
    if any(share <= 0 or share != share.quantize(STEP) for _person, share in shares):
        raise InvalidInput(
            _("Each share is more than zero, in percent with at most two decimals."), field="lines"
        )
    total = sum((share for _person, share in shares), Decimal(0))
    if total != 1:
        raise InvalidInput(
            _("The shares come to %(total)s %%, not to 100 %%.") % {"total": f"{total * 100:.4g}"},
            field="lines",
        )
    for person, _share in shares:
        gone = not person.is_active or (person.left_date and person.left_date < from_date)
        if gone and person.pk not in holders:
            raise InvalidInput(_("%(name)s is no longer in post.") % {"name": person}, field="lines")
    if from_date > today:
        raise InvalidInput(_("The day of the division cannot be in the future."), field="from_date")
    if from_date < customer.created_date:
        raise InvalidInput(
            _("The customer is on file only since %(date)s.") % {"date": customer.created_date},
            field="from_date",
        )


def pass_on(*, at: datetime, customer: Customer, giver: int, taker: User, reason: str) -> None:
    """Give the part that ``giver`` (a key) has in a customer to ``taker``; what co-owners have stays theirs."""
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    rows = shares_on(row, today)
    if len(rows) < 2:
        assign_owner(actor=None, at=at, customer=row, owner=taker, from_date=today, reason=reason)
        return
    parts: dict[User, Decimal] = {}
    for held in rows:
        person = taker if held.owner_id == giver else held.owner
        parts[person] = parts.get(person, Decimal(0)) + held.share
    set_shares(actor=None, at=at, customer=row, shares=parts.items(), from_date=today, reason=reason)


def make_room(*, at: datetime, customer: Customer, person: User, share: Decimal, reason: str) -> None:
    """Give ``person`` a share; those who have the customer now keep the rest in the proportion they had."""
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    others = [held for held in shares_on(row, today) if held.owner_id != person.pk]
    total = sum((held.share for held in others), Decimal(0))
    if not others:
        assign_owner(actor=None, at=at, customer=row, owner=person, from_date=today, reason=reason)
        return
    rest = 1 - share
    parts = [(held.owner, (held.share / total * rest).quantize(STEP, rounding=ROUND_DOWN)) for held in others]
    first, part = parts[0]
    parts[0] = (first, part + rest - sum((part for _person, part in parts), Decimal(0)))
    wanted = [(person, share), *(pair for pair in parts if pair[1] > 0)]
    set_shares(actor=None, at=at, customer=row, shares=wanted, from_date=today, reason=reason)


@transaction.atomic
def invite(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    person: User,
    level: str = AccessLevel.READ,
    to_date: date,
    reason: str = "",
) -> Collaborator:
    """Let somebody read or write the file up to a day. Raises ``InvalidInput``, ``NotAllowed``, ``Duplicate``."""
    row = lock_row(Customer.objects, customer.pk)
    today = timezone.localdate(at)
    must_stand(row)
    if actor is not None and not can(actor, "invite", row):
        raise NotAllowed(_("Only the owner and the people above invite somebody to a file."))
    if not person.is_active or person.pk == row.owner_id:
        raise InvalidInput(_("%(name)s cannot be invited to this file.") % {"name": person}, field="person")
    longest = today + timedelta(days=rule("customers.collaborator_days", on=today))
    if not today <= to_date <= longest:
        raise InvalidInput(
            _("The last day lies between today and %(date)s.") % {"date": longest},
            field="to_date",
            clause="customers.collaborator_days",
            way_out=_("Choose an earlier day; it can be prolonged when it nears."),
            date=to_date,
            latest=longest,
        )
    open_now = Collaborator.objects.in_force(today).filter(customer=row, person=person)
    for old in open_now.exclude(from_date=today):
        old.to_date = today - timedelta(days=1)
        old.save(update_fields=["to_date"])
    values = {
        "level": AccessLevel(level),
        "to_date": to_date,
        "reason": reason.strip()[:200],
        "given_by": actor,
    }
    try:
        with transaction.atomic():
            made, _new = Collaborator.objects.update_or_create(
                customer=row, person=person, from_date=today, defaults=values
            )
    except IntegrityError:
        raise Duplicate(_("%(name)s was invited at the same moment.") % {"name": person}) from None
    data = {"person": person.name, "level": made.level, "to_date": to_date, "reason": reason.strip()}
    record("customers.person_invited", row, actor=actor, at=at, data=data)
    return made


@transaction.atomic
def end_invitation(*, actor: User | None, at: datetime, collaborator: Collaborator) -> Collaborator:
    """Somebody no longer works on the file: from now on; the row stays as history."""
    customer = lock_row(Customer.objects, collaborator.customer_id)
    if actor is not None and not (can(actor, "invite", customer) or actor.pk == collaborator.person_id):
        raise NotAllowed(_("Only the owner and the people above end this."))
    row = lock_row(Collaborator.objects.select_related("person"), collaborator.pk)
    yesterday = timezone.localdate(at) - timedelta(days=1)
    if row.to_date > yesterday:
        row.to_date = yesterday
        row.save(update_fields=["to_date"])
        data = {"person": row.person.name}
        record("customers.invitation_ended", customer, actor=actor, at=at, data=data)
    return row


@transaction.atomic
def protect(
    *, actor: User | None, at: datetime, customer: Customer, until: date | None, reason: str
) -> Customer:
    """Nobody may claim the customer up to a day (``None``: no protection). Leads and managers, with a reason."""
    row = lock_row(Customer.objects, customer.pk)
    must_stand(row)
    if actor is not None and not can(actor, "assign", row):
        raise NotAllowed(_("Only a lead or manager protects a customer."))
    today = timezone.localdate(at)
    longest = today + timedelta(days=rule("customers.protection_most_days", on=today))
    if until is not None and not today <= until <= longest:
        raise InvalidInput(
            _("The last day lies between today and %(date)s.") % {"date": longest},
            field="until",
            clause="customers.protection_most_days",
            way_out=_("Choose an earlier day; it can be prolonged when it nears."),
            date=until,
            latest=longest,
        )
    row.protected_until = until
    row.version += 1
    row.save(update_fields=["protected_until", "version", "updated_at"])
    data = {"until": until, "reason": reason.strip()}
    record("customers.protected" if until else "customers.unprotected", row, actor=actor, at=at, data=data)
    return row
