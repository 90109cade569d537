"""Who has a customer, from which day (architecture §5.6, ORG-12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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


@transaction.atomic
def assign_owner(
    *, actor: User | None, at: datetime, customer: Customer, owner: User, from_date: date, reason: str = ""
) -> CustomerOwnership:
    """Give ``customer`` to ``owner`` from ``from_date`` on; what happened before stays with the old owner.

    The open ownership ends the day before; one that would begin on or after ``from_date`` is replaced. Raises
    ``NotAllowed``, ``InvalidInput`` (same owner, person not in post, date in the future or before the file).
    """
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    must_stand(row)
    _check(actor, row, owner, from_date, today)
    old = row.owner
    team = team_on(owner, from_date)
    CustomerOwnership.objects.filter(customer=row, from_date__gte=from_date).delete()
    current = CustomerOwnership.objects.in_force(from_date).filter(customer=row)
    current.update(to_date=from_date - timedelta(days=1))
    ownership = CustomerOwnership.objects.create(
        customer=row, owner=owner, team=team, from_date=from_date, reason=reason.strip()
    )
    row.owner, row.team, row.pool_since = owner, team_on(owner, today), None
    row.protected_until = max(protection_from(from_date), row.protected_until or from_date)
    row.version += 1
    row.save(update_fields=["owner", "team", "pool_since", "protected_until", "version", "updated_at"])
    merged_files_follow(row)
    record(
        "customers.owner_changed",
        row,
        actor=actor,
        at=at,
        data={
            "old": old.name if old else "",
            "new": owner.name,
            "from_date": from_date,
            "reason": reason.strip(),
        },
    )
    publish(CustomerOwnerChanged(row.pk, old.pk if old else None, owner.pk, from_date))
    return ownership


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
    on days past do not move. A file shows the new team once the day has come (``settle_teams``).
    """
    own = CustomerOwnership.objects.filter(owner=owner).exclude(team=team)
    reached = own.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date))
    keys = sorted(set(reached.values_list("customer_id", flat=True)))
    if not keys:
        return 0
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
