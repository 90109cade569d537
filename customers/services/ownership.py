"""Who has a customer, from which day (architecture §5.6, ORG-12)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import CoOwners
from customers.closing import refuse_closed
from customers.errors import must_stand
from customers.events import CustomerOwnerChanged
from customers.models import Customer, CustomerOwnership
from customers.permissions import CustomerPolicy
from customers.selectors import people_in_reach
from customers.services.protection import protection_from
from salesops.accounts.asking import ask_above
from salesops.accounts.models import Team, User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.core.policies import can

Share = tuple[User, Decimal]


@transaction.atomic
def assign_owner(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    owner: User,
    from_date: date,
    reason: str = "",
    co_owners: str = "",
) -> CustomerOwnership:
    """Give ``customer`` to ``owner`` from ``from_date`` on; what happened before stays with the old owner.

    The open ownership ends the day before; one that would begin on or after ``from_date`` is replaced. Where others
    have shares beside the owner, ``co_owners`` says whether they keep them (the new owner gets what the old one had)
    or end. Raises ``NotAllowed``, ``InvalidInput`` (same owner, person not in post, date in the future or before the
    file, nothing said about co-owners), ``Conflict`` (a day whose figures are closed).
    """
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    must_stand(row)
    _check(actor, row, owner, from_date, today)
    held = list(CustomerOwnership.objects.reached(from_date).filter(customer=row).select_related("owner"))
    others = {part.owner_id: part.owner for part in held if part.owner_id not in (row.owner_id, owner.pk)}
    if others and not co_owners:
        raise InvalidInput(
            _("%(names)s have a part in this customer, too.") % {"names": _names(others.values())},
            field="co_owners",
            way_out=_("Say whether they keep it."),
        )
    shares = [(owner, Decimal(1))]
    if others and co_owners == CoOwners.KEEP:
        shares = _passed_on(row, held, owner, from_date)
    old = row.owner
    made = take_effect(row, shares, from_date=from_date, today=today, reason=reason)
    if others:
        verb = "customers.co_owners_kept" if len(shares) > 1 else "customers.co_owners_ended"
        data = {"people": _names(others.values()), "from_date": from_date}
        record(verb, row, actor=actor, at=at, data=data)
    data = {
        "old": old.name if old else "",
        "new": owner.name,
        "from_date": from_date,
        "reason": reason.strip(),
    }
    record("customers.owner_changed", row, actor=actor, at=at, data=data)
    return made[0]


def _names(people: Iterable[User]) -> str:
    return ", ".join(sorted(person.name for person in people))


def _passed_on(row: Customer, held: list[CustomerOwnership], owner: User, from_date: date) -> list[Share]:
    """What the new owner gets of the old one's part, and the parts of the others as they were on that day."""
    parts: dict[User, Decimal] = {owner: Decimal(0)}
    now = [part for part in held if part.from_date <= from_date]
    for part in now:
        person = owner if part.owner_id in (row.owner_id, owner.pk) else part.owner
        parts[person] = parts.get(person, Decimal(0)) + part.share
    divided = max(
        (part.from_date for part in held if part.from_date > from_date and part.owner not in parts),
        default=None,
    )
    if divided is not None or not parts[owner]:
        raise InvalidInput(
            _("The customer was divided anew after this day."),
            field="from_date",
            way_out=_("Hand it over from a later day, or end the parts of the others."),
        )
    return list(parts.items())


def take_effect(
    row: Customer, shares: Iterable[Share], *, from_date: date, today: date, reason: str
) -> list[CustomerOwnership]:
    """Write who has which part of a locked file from a day on, the owner of the file first; what was before stays.

    The new owner is protected. Publishes ``CustomerOwnerChanged``. Raises ``Conflict`` for a day that is closed.
    """
    refuse_closed(from_date, today=today)
    wanted = list(shares)
    CustomerOwnership.objects.filter(customer=row, from_date__gte=from_date).delete()
    current = CustomerOwnership.objects.in_force(from_date).filter(customer=row)
    current.update(to_date=from_date - timedelta(days=1))
    made = CustomerOwnership.objects.bulk_create(
        CustomerOwnership(
            customer=row,
            owner=person,
            team=team_on(person, from_date),
            share=share,
            from_date=from_date,
            reason=reason.strip()[:200],
        )
        for person, share in wanted
    )
    old, main = row.owner, wanted[0][0]
    changed = old is None or old.pk != main.pk
    row.owner, row.team, row.pool_since = main, team_on(main, today), None
    if changed:
        row.protected_until = max(protection_from(from_date), row.protected_until or from_date)
    row.version += 1
    row.save(update_fields=["owner", "team", "pool_since", "protected_until", "version", "updated_at"])
    merged_files_follow(row)
    if changed:
        publish(CustomerOwnerChanged(row.pk, old.pk if old else None, main.pk, from_date))
    return made


def _check(actor: User | None, customer: Customer, owner: User, from_date: date, today: date) -> None:
    if actor is not None and not can(actor, "assign", customer):
        raise NotAllowed(
            _("Only a lead or manager hands a customer over."),
            way_out=_("Ask your lead to decide."),
            release=ask_above(
                actor,
                _("Please hand %(customer)s to %(person)s") % {"customer": customer, "person": owner},
                customer,
            ),
        )
    if customer.owner_id == owner.pk:
        raise InvalidInput(_("%(name)s has this customer already.") % {"name": owner}, field="owner")
    if not owner.is_active or (owner.left_date and owner.left_date < from_date):
        raise InvalidInput(_("%(name)s is no longer in post.") % {"name": owner}, field="owner")
    if from_date > today:
        raise InvalidInput(_("The day of the hand-over cannot be in the future."), field="from_date")
    if from_date < customer.created_date:
        raise InvalidInput(
            _("The customer is on file only since %(date)s.") % {"date": customer.created_date},
            field="from_date",
        )
    if actor is None:
        return
    if not people_in_reach(actor, CustomerPolicy.assignment, "edit", on=today).filter(pk=owner.pk).exists():
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give customers to.") % {"name": owner},
            field="owner",
            way_out=_("Ask the manager of both teams."),
            release=ask_above(
                actor,
                _("Please hand %(customer)s to %(person)s") % {"customer": customer, "person": owner},
                customer,
            ),
        )


def merged_files_follow(customer: Customer) -> None:
    """Files that are another name of this one belong to whoever has it."""
    if customer.has_merged:
        Customer.objects.filter(merged_into=customer).update(owner=customer.owner, team=customer.team)


@transaction.atomic
def follow_owner(*, owner: User, team: Team, from_date: date, at: datetime) -> int:
    """The files of a person who moves to another team go along from that day; the answer is how many.

    Who had a file before that day, in which team, stays written, and so does the team on every document: reports
    on days past do not move. A file shows the new team once the day has come (``settle_teams``). Raises ``Conflict``
    for a day that is closed.
    """
    own = CustomerOwnership.objects.filter(owner=owner).exclude(team=team)
    reached = own.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date))
    keys = sorted(set(reached.values_list("customer_id", flat=True)))
    if not keys:
        return 0
    refuse_closed(from_date, today=timezone.localdate(at))
    list(
        Customer.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)).values_list("pk")
    )
    own = own.filter(customer_id__in=keys)
    cut = list(own.in_force(from_date).filter(from_date__lt=from_date).order_by("pk"))
    own.filter(from_date__gte=from_date).update(team=team)
    last_days = {row.pk: row.to_date for row in cut}
    own.filter(pk__in=last_days).update(to_date=from_date - timedelta(days=1))
    CustomerOwnership.objects.bulk_create(
        CustomerOwnership(
            customer_id=row.customer_id,
            owner=owner,
            team=team,
            share=row.share,
            from_date=from_date,
            to_date=last_days[row.pk],
            reason=row.reason,
        )
        for row in cut
    )
    settle_teams(on=timezone.localdate(at), customers=keys)
    data = {"person": owner.name, "team": team.name, "files": len(keys), "from_date": from_date}
    record("customers.files_followed", owner, team, actor=None, at=at, data=data)
    return len(keys)


def settle_teams(*, on: date, customers: list[int] | None = None) -> int:
    """Every file belongs to the team that its ownership of the day names; the answer is how many changed."""
    today = CustomerOwnership.objects.in_force(on).filter(customer=OuterRef("pk"), owner=OuterRef("owner"))
    files = Customer.objects.all() if customers is None else Customer.objects.filter(pk__in=customers)
    moved = (
        files.annotate(team_today=Subquery(today.values("team")[:1]))
        .filter(team_today__isnull=False)
        .exclude(team=F("team_today"))
        .update(team=F("team_today"), version=F("version") + 1, updated_at=Now())
    )
    kept = Customer.objects.filter(pk=OuterRef("merged_into"))
    other_names = Customer.objects.filter(merged_into__isnull=False).exclude(team=F("merged_into__team"))
    other_names.update(team=Subquery(kept.values("team")[:1]))
    return moved
