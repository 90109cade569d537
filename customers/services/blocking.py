"""Refusing to work with a customer: blocks with a reason, the blacklist, and the life cycle of files (CUS-08)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import BlockScope, LifeCycle
from customers.errors import must_stand
from customers.facts import begun_business, files
from customers.models import Customer
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.handbook.selectors import rule


@transaction.atomic
def block(
    *,
    actor: User | None,
    at: datetime,
    customer: Customer,
    scope: str,
    reason: str,
    blacklist: bool = False,
) -> Customer:
    """Nothing more is quoted or ordered; ``blacklist``: for good, both. Managers and general manager, with a reason.

    A file on the blacklist is not blocked anew with less (``Conflict``): the block is lifted first.
    """
    row = lock_row(Customer.objects, customer.pk)
    must_stand(row)
    if actor is not None and not can(actor, "block", row):
        raise NotAllowed(
            _("A customer is blocked by a manager."),
            way_out=_("Ask your manager."),
            release=ask_above(actor, _("Please block %(customer)s") % {"customer": row}, row),
        )
    if not reason.strip():
        raise InvalidInput(_("Give the reason."), field="reason")
    if row.lifecycle == LifeCycle.BLACKLISTED and not blacklist:
        raise Conflict(
            _("This customer is on the blacklist; that is more than a block."),
            way_out=_("Lift the block first, then block the customer for what you mean."),
        )
    today = timezone.localdate(at)
    row.blocked_scope = BlockScope.BOTH if blacklist else BlockScope(scope)
    row.blocked_reason = reason.strip()[:300]
    row.blocked_since = today
    if blacklist and row.lifecycle != LifeCycle.BLACKLISTED:
        row.lifecycle, row.lifecycle_since = LifeCycle.BLACKLISTED, today
    _save(row)
    verb = "customers.blacklisted" if blacklist else "customers.blocked"
    record(verb, row, actor=actor, at=at, data={"scope": row.blocked_scope, "reason": row.blocked_reason})
    return row


@transaction.atomic
def unblock(*, actor: User | None, at: datetime, customer: Customer, reason: str) -> Customer:
    """The customer may be quoted and supplied again; the life cycle is computed anew at once."""
    row = lock_row(Customer.objects, customer.pk)
    if actor is not None and not can(actor, "block", row):
        raise NotAllowed(
            _("A block is lifted by a manager."),
            way_out=_("Ask your manager."),
            release=ask_above(actor, _("Please lift the block of %(customer)s") % {"customer": row}, row),
        )
    if not row.blocked_scope:
        raise Conflict(_("This customer is not blocked."))
    if not reason.strip():
        raise InvalidInput(_("Give the reason."), field="reason")
    was = row.lifecycle == LifeCycle.BLACKLISTED
    row.blocked_scope, row.blocked_reason, row.blocked_since = "", "", None
    if was:
        row.lifecycle, row.lifecycle_since = LifeCycle.POTENTIAL, timezone.localdate(at)
    _save(row)
    record("customers.unblocked", row, actor=actor, at=at, data={"reason": reason.strip()})
    if was:
        settle_life_cycles(on=timezone.localdate(at), customers=Customer.objects.filter(pk=row.pk))
        row.refresh_from_db()
    return row


def _save(row: Customer) -> None:
    row.version += 1
    row.save(
        update_fields=[
            "blocked_scope", "blocked_reason", "blocked_since", "lifecycle", "lifecycle_since", "version", "updated_at",
        ]
    )  # fmt: skip


def settle_life_cycles(*, on: date, customers: QuerySet[Customer] | None = None) -> int:
    """Potential without any business, active with an order in time, then dormant, then lost; one statement.

    The newest order or contract counts; blacklisted files stay so. Answers how many changed.
    """
    dormant = on - timedelta(days=rule("customers.dormant_days", on=on))
    lost = on - timedelta(days=rule("customers.lost_days", on=on))
    rows = files() if customers is None else customers
    newest = begun_business()
    state = Case(
        When(newest__isnull=True, then=Value(LifeCycle.POTENTIAL.value)),
        When(newest__gt=dormant, then=Value(LifeCycle.ACTIVE.value)),
        When(newest__gt=lost, then=Value(LifeCycle.DORMANT.value)),
        default=Value(LifeCycle.LOST.value),
        output_field=CharField(),
    )
    due = (
        rows.exclude(lifecycle=LifeCycle.BLACKLISTED)
        .annotate(newest=newest)
        .annotate(computed=state)
        .exclude(lifecycle=F("computed"), lifecycle_since__isnull=False)
    )
    moved = 0
    for life in (LifeCycle.POTENTIAL, LifeCycle.ACTIVE, LifeCycle.DORMANT, LifeCycle.LOST):
        keys = list(due.filter(computed=life).values_list("pk", flat=True))
        for start in range(0, len(keys), 5000):
            part = Customer.objects.filter(pk__in=keys[start : start + 5000])
            moved += part.update(
                lifecycle=life, lifecycle_since=on, version=F("version") + 1, updated_at=Now()
            )
    return moved
