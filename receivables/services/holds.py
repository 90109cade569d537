"""Holds on the credit of a customer: placed at once, lifted by approval or by the part of the program that placed them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import HoldScope, HoldState
from receivables.models import CreditHold
from receivables.services.going_on import look_again
from receivables.services.posting import require_right, require_visible
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import end_requests
from salesops.audit.services import record
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed, ReleaseOffer
from salesops.core.inputs import said
from salesops.core.locking import advisory_lock, lock_row
from salesops.notifications.services import notify

KEY = "receivables.hold"


def kept(customer: Customer) -> Customer:
    """The customer whose credit counts: of a merged file, the one that was kept."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def lock_credit(customer: Customer) -> None:
    """Acts that use the credit of a customer, or stop it, come one after the other; taken after the order."""
    advisory_lock(f"receivables.credit.{customer.pk}")


@transaction.atomic
def place_hold(
    *,
    actor: Any,
    customer: Customer,
    scope: str,
    reason: str,
    source: str = "",
    until: date | None = None,
    at: datetime,
) -> CreditHold:
    """Stop new orders, shipments or both of a customer from now on; ``until`` is the last day, ``None``: open.

    An order that is being confirmed meanwhile is either through before or refused. With ``source`` ("" by hand) the
    standing hold of that source and scope is handed back instead of a second one. Raises ``NotAllowed``,
    ``InvalidInput`` (reason, until, scope), ``Duplicate`` by hand where such a hold stands.
    """
    require_right(actor, "add", CreditHold)
    require_visible(actor, customer, field="customer")
    today = timezone.localdate(at)
    words = said(reason, _("Say why."), most=500)
    if scope not in HoldScope.values:
        raise InvalidInput(_("Choose what is stopped."), field="scope")
    if until is not None and until < today:
        raise InvalidInput(_("This day is over."), field="until")
    file = kept(Customer.objects.get(pk=customer.pk))  # not locked: whoever hands it over waits for its case
    lock_credit(file)
    for other in CreditHold.objects.filter(customer=file, source=source, scope=scope, lifted_at=None):
        if other.state_on(today) == HoldState.OVER:  # makes room for the next of its source
            with translation.override(settings.LANGUAGE_CODE):
                _lift(other, None, _("It had run out."), at=at)
        elif source:
            return other
        else:
            raise Duplicate(
                _("Such a hold stands since %(date)s: %(reason)s")
                % {"date": other.from_date, "reason": other.words},
                existing=str(other),
            )
    hold = CreditHold.objects.create(
        customer=file, scope=scope, reason=words, from_date=today, until=until, source=source, placed_at=at,
        created_by=actor,
    )  # fmt: skip
    data = {"customer": str(file), "scope": scope, **hold.told}
    said_by_hand = (
        "" if source else words
    )  # the program's own reason is told by the page, in the reader's language
    record("receivables.hold_placed", hold, file, actor=actor, at=at, comment=said_by_hand, data=data)
    _tell("receivables.hold_placed", hold, data, actor=actor, at=at)
    return hold


@transaction.atomic
def lift_hold(
    *, actor: Any, hold: CreditHold, reason: str, at: datetime, request: ApprovalRequest | None = None
) -> CreditHold:
    """Let the customer be supplied again. A person needs the approved ``request``; ``actor=None`` is the part of the
    program that placed it. Requests that wait are withdrawn. Lifted already: nothing happens.

    Raises ``NotAllowed`` with the request that lifts it.
    """
    if actor is not None and request is None:
        raise NotAllowed(
            _("A hold is lifted by approval."),
            way_out=_("Request it; finance and the manager sign."),
            release=ReleaseOffer(KEY, hold),
        )
    row = lock_row(CreditHold.objects.select_related("customer"), hold.pk)
    if row.lifted_at is not None:
        return row
    return _lift(row, actor, said(reason, _("Say why."), most=500), at=at, ended=request is None)


def _lift(row: CreditHold, actor: Any, reason: str, *, at: datetime, ended: bool = True) -> CreditHold:
    row.lifted_at, row.lifted_by, row.lift_reason = at, actor, reason
    row.version += 1
    row.save(update_fields=["lifted_at", "lifted_by", "lift_reason", "version", "updated_at"])
    by_itself = actor is None and "chased" in row.told
    why = {"settled": 1} if by_itself else {"reason": reason}
    data = {"customer": str(row.customer), "scope": row.scope, **why}
    said_by_hand = "" if by_itself else reason
    record("receivables.hold_lifted", row, row.customer, actor=actor, at=at, comment=said_by_hand, data=data)
    if ended:
        end_requests(row, why=reason, actor=actor, at=at)
    _tell("receivables.hold_lifted", row, data, actor=actor, at=at)
    look_again(row.customer, at=at)
    return row


def _tell(kind: str, hold: CreditHold, data: dict[str, Any], *, actor: Any, at: datetime) -> None:
    """Whoever has the customer hears of it at once."""
    owner = hold.customer.owner
    if owner is None or not owner.is_active or (actor is not None and actor.pk == owner.pk):
        return
    url = reverse("receivables:credithold_detail", args=[hold.pk])
    notify(owner, kind, f"{kind}:{hold.pk}", data, url, at=at)
