"""Money that nobody recognised: sales claim it for a customer, finance decides, exactly one claim wins.

Lock order: the bank line, then its claims.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices.bank import LINE_MOVES, OPEN_LINES, ClaimState, LineState
from receivables.models import BankClaim, BankLine
from receivables.services.posting import require_right, require_visible
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, Duplicate, NotAllowed
from salesops.core.inputs import said
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.notifications.services import notify
from salesops.ui.links import record_url


@transaction.atomic
def claim_line(*, actor: Any, line: BankLine, customer: Customer, purpose: str, at: datetime) -> BankClaim:
    """Say that the money of a line is from one's customer, and what it is for. Nothing is booked.

    Raises ``NotAllowed`` (not one's customer), ``Duplicate`` (claimed already), ``Conflict`` (decided meanwhile).
    """
    purpose = said(purpose, _("Say what the money is for."))
    require_visible(actor, customer, field="customer")
    if not can(actor, "edit", customer):
        raise NotAllowed(
            _("Money is claimed for one's own customers."),
            field="customer",
            way_out=_("Tell whoever has this customer."),
            release=AskOffer(
                _("Please claim money on the bank account for %(customer)s") % {"customer": customer},
                people=(customer.owner,),
                subject=customer,
            ),
        )
    row = lock_row(BankLine.objects.all(), line.pk)
    if row.state not in OPEN_LINES:
        raise Conflict(
            _("Somebody decided about this money meanwhile."),
            way_out=_("Ask finance if it is your customer's."),
            release=AskOffer(
                _("Please look whose money came on %(date)s") % {"date": row.date}, roles=(Role.FINANCE,)
            ),
        )
    require_claim(actor, row)
    claim = BankClaim(
        line=row,
        customer=customer,
        owner=actor,
        claimed_on=timezone.localdate(at),
        purpose=purpose[:300],
        created_by=actor,
    )
    try:
        with transaction.atomic():
            claim.save()
    except IntegrityError as error:
        raise Duplicate(
            _("You claim this money for %(customer)s already.") % {"customer": customer},
            field="customer",
            way_out=_("Finance decides about it."),
        ) from error
    _line_becomes(row, LineState.CLAIMED)
    record(
        "receivables.bankline_claimed",
        claim,
        row,
        actor=actor,
        at=at,
        data={**_data(row), "purpose": purpose},
    )
    return claim


def require_claim(actor: Any, line: BankLine) -> None:
    """Raise ``NotAllowed`` unless the person may claim money of this line."""
    if not can(actor, "claim", line):
        raise NotAllowed(_("You may not claim this money."), way_out=_("Finance can tell whose it is."))


@transaction.atomic
def withdraw_claim(*, actor: Any, claim: BankClaim, at: datetime) -> BankClaim:
    """It was not one's customer after all. Raises ``Conflict`` when finance decided before."""
    require_right(actor, "withdraw", claim)
    line, row = _locked(claim)
    _decide(row, ClaimState.WITHDRAWN, actor=actor, at=at)
    _without_claims(line)
    return row


@transaction.atomic
def refuse_claim(*, actor: Any, claim: BankClaim, reason: str, at: datetime) -> BankClaim:
    """Finance says no, and why; whoever claimed is told. Raises ``Conflict``, ``InvalidInput``."""
    require_right(actor, "decide", claim)
    reason = said(reason, _("Say why it is refused."))
    line, row = _locked(claim)
    _decide(row, ClaimState.REFUSED, actor=actor, at=at, reason=reason)
    _without_claims(line)
    return row


def prefer_claim(line: BankLine, claim: BankClaim | None) -> None:
    """Among several claims for one customer finance chose this one; it wins when the money is booked, also later on."""
    line.claims.filter(preferred=True).update(preferred=False)
    if claim is not None:
        line.claims.filter(pk=claim.pk, state=ClaimState.OPEN).update(preferred=True)


def settle_claims(line: BankLine, customer_id: int | None, *, actor: Any, at: datetime) -> None:
    """The line is booked for a customer (or set aside): one claim for that customer wins, the others are told.

    The one that finance chose, else the first of them.
    """
    won = False
    open_claims = line.claims.filter(state=ClaimState.OPEN).select_related("owner", "customer")
    for claim in open_claims.order_by("-preferred", "pk").select_for_update(of=("self",)):
        if not won and claim.customer_id == customer_id:
            won = True
            _decide(claim, ClaimState.CONFIRMED, actor=actor, at=at)
            continue
        why = _("It was booked for another claim.") if customer_id else _("No customer paid it.")
        _decide(claim, ClaimState.REFUSED, actor=actor, at=at, reason=why)


def _locked(claim: BankClaim) -> tuple[BankLine, BankClaim]:
    line = lock_row(BankLine.objects.all(), claim.line_id)
    row = lock_row(BankClaim.objects.select_related("owner", "customer"), claim.pk)
    row.line = line
    if row.state != ClaimState.OPEN:
        raise Conflict(
            _("This claim is “%(state)s” already.") % {"state": row.get_state_display()},
            way_out=_("Reload the page to see what became of it."),
        )
    return line, row


def _decide(claim: BankClaim, state: ClaimState, *, actor: Any, at: datetime, reason: str = "") -> None:
    claim.state, claim.reason, claim.decided_by = state, reason[:300], actor
    claim.version += 1
    claim.save(update_fields=["state", "reason", "decided_by", "version", "updated_at"])
    data = {**_data(claim.line), "why": reason}
    record(f"receivables.bankclaim_{state.value}", claim, actor=actor, at=at, data=data)
    if state == ClaimState.WITHDRAWN or (actor is not None and actor.pk == claim.owner_id):
        return
    told = {
        "customer": claim.customer.name,
        "amount": str(claim.line.amount),
        "currency": claim.line.currency_id,
        "reason": reason,
    }
    kind = f"receivables.claim_{state.value}"
    notify(claim.owner, kind, f"{kind}:{claim.pk}", told, record_url(claim), at=at)


def _data(line: BankLine) -> dict[str, Any]:
    return {"amount": line.amount, "currency": line.currency_id, "date": line.date}


def _without_claims(line: BankLine) -> None:
    """Nobody claims it any more: it goes back to what is proposed."""
    if line.state == LineState.CLAIMED and not line.claims.filter(state=ClaimState.OPEN).exists():
        _line_becomes(line, LineState.PROPOSED if line.proposals else LineState.NEW)


def _line_becomes(line: BankLine, state: LineState) -> None:
    if line.state == state:
        return
    LINE_MOVES.require(line.state, state, labels=dict(LineState.choices))
    line.state = state
    line.version += 1
    line.save(update_fields=["state", "version", "updated_at"])
