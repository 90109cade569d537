"""Two people, one customer: a claim, and the decision of whoever stands above both (ORG-12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import CLAIM_MOVES, ClaimState, ClaimWish, CoOwners
from customers.errors import must_stand
from customers.models import Customer, OwnershipClaim
from customers.selectors.customers import SELLERS
from customers.services.ownership import assign_owner
from customers.services.sharing import make_room
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.formats import choice, percent
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.services import end_requests, start
from salesops.audit.services import record
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.locking import lock_row, lock_rows
from salesops.core.policies import can

KEY = "customers.claim"
SALT = "customers.claim"


def token_for(customer: Customer | int, user: Any) -> str:
    """Names a file that the person may not see, so that a claim can be made without telling its key."""
    pk = customer if isinstance(customer, int) else customer.pk
    return signing.dumps([pk, user.pk], salt=SALT)


def customer_of(token: str, user: Any) -> Customer | None:
    """The file behind a token of this person, for a day; ``None`` for any other text."""
    try:
        pk, who = signing.loads(token, salt=SALT, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Customer.objects.filter(pk=pk).first() if who == user.pk else None


@transaction.atomic
def open_claim(
    *,
    actor: User,
    at: datetime,
    customer: Customer,
    wish: str = ClaimWish.SHARE,
    share: Decimal | None = None,
    reason: str,
) -> OwnershipClaim:
    """Say that a customer of somebody else is one's own, too; who stands above both is asked.

    Raises ``Conflict`` within the protection period (leads and managers decide themselves then), ``Duplicate``
    when a claim of the same person is open, ``InvalidInput``, ``NotAllowed``.
    """
    row = lock_row(Customer.objects.select_related("owner"), customer.pk)
    today = timezone.localdate(at)
    if not (can(actor, "add", Customer) and actor.has_role(*SELLERS)):
        raise NotAllowed(_("Only people of the sales line claim customers."))
    _claimable(row, actor, today)
    if not reason.strip():
        raise InvalidInput(_("Say what you have done with this customer."), field="reason")
    if wish == ClaimWish.SHARE and (share is None or not 0 < share < 1):
        raise InvalidInput(_("A share lies between 0 and 100 %."), field="share")
    claim = OwnershipClaim(
        customer=row,
        owner=actor,
        team=team_on(actor, today),
        wish=ClaimWish(wish),
        share=share if wish == ClaimWish.SHARE else None,
        reason=reason.strip(),
        claimed_on=today,
        created_by=actor,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        raise Duplicate(_("You have claimed this customer already; the decision is awaited.")) from None
    record("customers.claimed", claim, row, actor=actor, at=at, data={"wish": claim.wish})
    start(actor=actor, at=at, obj=claim, document_type=KEY, reason=claim.reason)
    return claim


def _claimable(customer: Customer, actor: User, today: Any) -> None:
    must_stand(customer)
    if customer.owner_id is None:
        raise Conflict(_("This customer belongs to nobody."), way_out=_("Claim it from the public pool."))
    if customer.owner_id == actor.pk:
        raise InvalidInput(_("This customer is yours already."))
    if customer.protected_until and customer.protected_until >= today:
        raise Conflict(
            _("This customer is protected for its owner."),
            clause="customers.protection_days",
            way_out=_("Ask again after %(date)s, or ask your lead.") % {"date": customer.protected_until},
            release=ask_above(
                actor, _("I work on a protected customer: %(customer)s") % {"customer": customer}, customer
            ),
            earliest=customer.protected_until + timedelta(days=1),
        )


@transaction.atomic
def withdraw_claim(*, actor: User, at: datetime, claim: OwnershipClaim) -> OwnershipClaim:
    """Take an open claim back."""
    row = lock_row(OwnershipClaim.objects, claim.pk)
    if not can(actor, "withdraw", row):
        raise NotAllowed(_("Only who made an open claim takes it back."))
    _close(row, ClaimState.WITHDRAWN, at=at)
    end_requests(row, why=_("The claim was taken back."), actor=actor, at=at, also_returned=True)
    record("customers.claim_withdrawn", row, row.customer, actor=actor, at=at)
    return row


def end_claims(gone: Customer, kept: Customer, *, actor: User | None, at: datetime) -> int:
    """Nobody decides any more about a file that became another name of one that is kept. How many claims ended.

    Both files are locked by the caller. Who claimed is told, and claims the kept file where that is still meant.
    """
    open_ones = OwnershipClaim.objects.filter(customer=gone, state=ClaimState.OPEN).order_by("pk")
    keys = list(open_ones.values_list("pk", flat=True))
    for row in lock_rows(OwnershipClaim.objects.select_related("owner"), keys).values():
        _close(row, ClaimState.WITHDRAWN, at=at)
        why = _("The file was merged; claim the one that was kept.")
        end_requests(row, why=why, actor=actor, at=at, also_returned=True)
        data = {"person": row.owner.name, "merged": gone.code}
        record("customers.claim_ended", row, kept, actor=actor, at=at, data=data)
    return len(keys)


def _close(claim: OwnershipClaim, state: ClaimState, *, at: datetime) -> None:
    CLAIM_MOVES.require(claim.state, state)
    claim.state, claim.decided_on = state, timezone.localdate(at)
    claim.version += 1
    claim.save(update_fields=["state", "decided_on", "version", "updated_at"])


def accepted(claim: OwnershipClaim, *, request: Any, actor: Any, at: datetime) -> None:
    """The last signature gives the customer over, or divides it."""
    customer, today = lock_row(Customer.objects.all(), claim.customer_id), timezone.localdate(at)
    must_stand(customer)
    _close(claim, ClaimState.ACCEPTED, at=at)
    if claim.wish == ClaimWish.TAKE or customer.owner_id is None or claim.share is None:
        if customer.owner_id != claim.owner_id:
            assign_owner(
                actor=None,
                at=at,
                customer=customer,
                owner=claim.owner,
                from_date=today,
                reason=claim.reason[:200],
                co_owners=CoOwners.KEEP,
            )
    else:
        make_room(at=at, customer=customer, person=claim.owner, share=claim.share, reason=claim.reason)
    record("customers.claim_accepted", claim, customer, actor=actor, at=at, data={"person": claim.owner.name})


def refused(claim: OwnershipClaim, *, request: Any, actor: Any, at: datetime) -> None:
    """The customer stays where it is."""
    _close(claim, ClaimState.REFUSED, at=at)
    record(
        "customers.claim_refused",
        claim,
        claim.customer,
        actor=actor,
        at=at,
        data={"person": claim.owner.name},
    )


def ended(claim: OwnershipClaim, *, request: Any, actor: Any, at: datetime) -> None:
    """The request ended without a decision; so did the claim."""
    if claim.state == ClaimState.OPEN:
        _close(claim, ClaimState.WITHDRAWN, at=at)


def facts(claim: OwnershipClaim, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who decide see; the claimant sees it, too, so it tells nothing from the file but its owner."""
    customer = claim.customer
    return {
        "claimant": str(claim.owner),
        "wish": claim.wish,
        "share": claim.share,
        "owner": str(customer.owner or ""),
        "same_team": claim.team_id is not None and claim.team_id == customer.team_id,
    }


LABELS = {
    "claimant": _("claimed by"),
    "wish": _("wish"),
    "share": _("share"),
    "owner": _("owner"),
    "same_team": _("both in one team"),
}


def register_kind() -> None:
    register(
        DocumentType(
            KEY,
            "customers.OwnershipClaim",
            _("Claim to a customer"),
            facts=facts,
            labels=LABELS,
            formats={"wish": choice(ClaimWish.choices), "share": percent},
            brief=("wish", "share", "owner"),
            may_request="view",
            customer=lambda claim: claim.customer_id,
            own_people=lambda claim: (claim.owner_id, claim.customer.owner_id),
            applicant=lambda claim: claim.owner,
            team=lambda claim: claim.customer.team,
            on_approved=accepted,
            on_rejected=refused,
            on_ended=ended,
            clause="customers.protection_days",
        )
    )
