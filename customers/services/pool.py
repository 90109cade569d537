"""The public pool: who goes and why, recycling, giving up, taking (features §2, §4.19).

Locks: the advisory lock of the person who takes, then the customer; a customer is recycled and taken on its locked row.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import VisitState
from customers.choices.pool import PoolMoveKind
from customers.errors import PoolRefused, must_stand
from customers.events import CustomerOwnerChanged
from customers.facts import files
from customers.models import (
    Collaborator,
    Customer,
    CustomerOwnership,
    PoolCustomer,
    PoolMove,
    PoolRule,
    Visit,
)
from customers.pooling import Candidate, due
from customers.services.ownership import merged_files_follow
from customers.services.protection import protection_from
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import AskOffer, Conflict, NotAllowed
from salesops.core.events import publish
from salesops.core.locking import advisory_lock, lock_row, lock_rows
from salesops.core.policies import can
from salesops.handbook.selectors import rule


@transaction.atomic
def recycle(candidate: Candidate, *, at: datetime, on: date) -> PoolMove | None:
    """Send a customer to the pool, unless something happened to it meanwhile."""
    row = lock_row(Customer.objects.select_related("owner"), candidate.customer.pk)
    still = due(candidate.rule, on=on, customers=files().filter(pk=row.pk)).exists()
    if not still or row.owner_id != candidate.customer.owner_id:
        return None
    move = _put_in(row, PoolMoveKind.RECYCLED, at=at, on=on, pool_rule=candidate.rule, since=candidate.since)
    data = {"old": move.owner.name, "days": (on - candidate.since).days, "since": candidate.since}
    record(f"customers.recycled_{candidate.rule.cause}", row, actor=None, at=at, data=data)
    return move


@transaction.atomic
def release(*, actor: User, at: datetime, customer: Customer, reason: str) -> PoolMove:
    """Give a customer up by hand. The owner and those above may; a reason is needed."""
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    must_stand(row)
    if row.owner is None:
        raise Conflict(_("This customer belongs to nobody."))
    if not can(actor, "release", row):
        raise NotAllowed(_("Only the owner and the people above give a customer up."))
    today = timezone.localdate(at)
    move = _put_in(row, PoolMoveKind.RELEASED, at=at, on=today, actor=actor, reason=reason)
    record(
        "customers.released", row, actor=actor, at=at, data={"old": move.owner.name, "reason": reason.strip()}
    )
    return move


def _put_in(
    row: Customer,
    kind: PoolMoveKind,
    *,
    at: datetime,
    on: date,
    actor: User | None = None,
    pool_rule: PoolRule | None = None,
    since: date | None = None,
    reason: str = "",
) -> PoolMove:
    """The ownership ends the day before, invitations to the file end; plans are called off."""
    owner, team = row.owner, row.team
    held = CustomerOwnership.objects.filter(customer=row)
    held.filter(from_date__gte=on).delete()
    held.in_force(on).update(to_date=on - timedelta(days=1))
    row.owner, row.team, row.pool_since, row.protected_until = None, None, on, None
    row.version += 1
    row.save(update_fields=["owner", "team", "pool_since", "protected_until", "version", "updated_at"])
    merged_files_follow(row)
    today = timezone.localdate(at)
    Collaborator.objects.in_force(today).filter(customer=row).update(to_date=today - timedelta(days=1))
    why = str(_("The customer went to the public pool."))[:200]
    for visit in lock_rows(Visit.objects.filter(state=VisitState.PLANNED), _planned(row)).values():
        visit.state, visit.cancel_reason = VisitState.CANCELLED, why
        visit.version += 1
        visit.save(update_fields=["state", "cancel_reason", "version", "updated_at"])
        data = {"visit": visit.number, "kind": visit.kind, "reason": why}
        record("customers.visit_cancelled", visit, row, actor=actor, at=at, data=data)
    publish(CustomerOwnerChanged(row.pk, owner.pk if owner else None, None, on))
    return PoolMove.objects.create(
        customer=row, kind=kind, owner=owner, team=team, date=on, at=at, rule=pool_rule, since=since,
        reason=reason.strip()[:200],
    )  # fmt: skip


def _planned(customer: Customer) -> list[int]:
    return list(
        Visit.objects.filter(customer=customer, state=VisitState.PLANNED).values_list("pk", flat=True)
    )


@transaction.atomic
def claim(*, actor: User, at: datetime, customer: Customer) -> PoolMove:
    """Take a customer out of the pool: one of several at once gets it, the others are told who did.

    Raises ``PoolRefused`` beyond the day's quota or the holding cap, and for a former owner within the
    cool-down; ``Conflict`` when it is no longer there.
    """
    advisory_lock(f"customers.pool {actor.pk}")  # quota and cap are counted by one act of a person at a time
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    if not can(actor, "claim", PoolCustomer):
        raise NotAllowed(_("Only people of the sales line take customers from the pool."))
    if row.pool_since is None or row.owner_id is not None or row.merged_into_id:
        raise Conflict(
            _("%(name)s has taken this customer already.") % {"name": row.owner}
            if row.owner
            else _("This customer is not in the pool (any more)."),
            way_out=_("Choose another one."),
        )
    _within_limits(actor, row, today)
    last = row.pool_moves.exclude(kind=PoolMoveKind.CLAIMED).order_by("-pk").first()
    team = team_on(actor, today)
    CustomerOwnership.objects.create(
        customer=row,
        owner=actor,
        team=team,
        from_date=today,
        reason=str(_("Taken from the public pool"))[:200],
    )
    row.owner, row.team, row.pool_since = actor, team, None
    row.protected_until = protection_from(today)
    row.version += 1
    row.save(update_fields=["owner", "team", "pool_since", "protected_until", "version", "updated_at"])
    merged_files_follow(row)
    move = PoolMove.objects.create(
        customer=row, kind=PoolMoveKind.CLAIMED, owner=actor, team=team, former=last.owner if last else None,
        date=today, at=at,
    )  # fmt: skip
    record(
        "customers.pool_claimed", row, actor=actor, at=at, data={"former": last.owner.name if last else ""}
    )
    publish(CustomerOwnerChanged(row.pk, None, actor.pk, today))
    return move


def _within_limits(actor: User, customer: Customer, today: date) -> None:
    quota = rule("customers.pool_quota", on=today)
    taken = PoolMove.objects.filter(owner=actor, kind=PoolMoveKind.CLAIMED, date=today).count()
    if taken >= quota:
        raise PoolRefused(
            _("You have taken %(count)s customers today; that is the quota of a day.") % {"count": taken},
            clause="customers.pool_quota",
            way_out=_("Go on tomorrow, or ask your lead to hand it to you."),
            release=_by_lead(actor, customer),
            taken=taken,
            most=quota,
        )
    cap = rule("customers.pool_holding_cap", on=today)
    held = files().filter(owner=actor).count()
    if held >= cap:
        raise PoolRefused(
            _("You have %(count)s customers; nobody takes more from the pool than that.") % {"count": held},
            clause="customers.pool_holding_cap",
            way_out=_("Give up customers that you do not work on."),
            release=_by_lead(actor, customer),
            taken=held,
            most=cap,
        )
    rest = rule("customers.pool_cool_down_days", on=today)
    left = (
        customer.pool_moves.filter(owner=actor, date__gt=today - timedelta(days=rest))
        .exclude(kind=PoolMoveKind.CLAIMED)
        .order_by("-pk")
        .first()
    )
    if left is not None:
        raise PoolRefused(
            _("This customer was yours until %(date)s; others come first now.") % {"date": left.date},
            clause="customers.pool_cool_down_days",
            way_out=_("You can take it again on %(date)s.") % {"date": left.date + timedelta(days=rest)},
            release=_by_lead(actor, customer),
            days=rest,
            earliest=left.date + timedelta(days=rest),
        )


def _by_lead(actor: User, customer: Customer) -> AskOffer:
    """The limits of the pool bind who takes; a lead may hand the customer over all the same."""
    return ask_above(actor, _("Please hand %(customer)s to me") % {"customer": customer}, customer)


@transaction.atomic
def save_rule(*, actor: User, at: datetime, pool_rule: PoolRule | None = None, **fields: Any) -> PoolRule:
    """Write a rule; one that has been in force already is ended and followed by the new one."""
    today = timezone.localdate(at)
    if not can(actor, "add", PoolRule):
        raise NotAllowed(_("Rules of the pool are set by managers."))
    if pool_rule is not None:
        old = lock_row(PoolRule.objects, pool_rule.pk)
        _must_hold(old, today)
        if old.from_date >= max(fields["from_date"], today) and not old.moves.exists():
            for name, value in fields.items():
                setattr(old, name, value)
            old.version += 1
            old.save()
            record("customers.pool_rule_set", old, actor=actor, at=at, data={"rule": str(old)})
            return old
        _end(old, fields["from_date"] - timedelta(days=1))
    made = PoolRule.objects.create(created_by=actor, **fields)
    record("customers.pool_rule_set", made, actor=actor, at=at, data={"rule": str(made)})
    return made


def _must_hold(old: PoolRule, today: date) -> None:
    """A rule that has ended stays as it was: what it sent to the pool is explained by it."""
    if old.to_date is not None and old.to_date < today:
        raise Conflict(
            _("This rule has ended on %(date)s; what it was stays written.") % {"date": old.to_date},
            way_out=_("Write a new rule."),
        )


def _end(old: PoolRule, last: date) -> None:
    """Never later than it would end by itself."""
    last = max(last, old.from_date)
    old.to_date = last if old.to_date is None else min(last, old.to_date)
    old.version += 1
    old.save(update_fields=["to_date", "version", "updated_at"])


@transaction.atomic
def end_rule(*, actor: User, at: datetime, pool_rule: PoolRule) -> PoolRule:
    """A rule stops with today."""
    row = lock_row(PoolRule.objects, pool_rule.pk)
    if not can(actor, "edit", row):
        raise NotAllowed(_("Rules of the pool are set by managers."))
    _must_hold(row, timezone.localdate(at))
    _end(row, timezone.localdate(at))
    record("customers.pool_rule_ended", row, actor=actor, at=at, data={"rule": str(row)})
    return row
