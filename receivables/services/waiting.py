"""What waits for a second person before it is posted: one mechanism for every posting of the ledger (DAT-03).

An entry is asked for, corrected when it is returned, posted by the one who accepts it, or turned down. What is
posted from which entry is the poster's own (``Posting.post``); everything else is here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from receivables.choices import EntryState
from receivables.events import PostingDecided
from receivables.models import WaitingPosting
from receivables.services.posting import require_right
from salesops.approvals.choices import RequestState
from salesops.approvals.formats import base_money
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.selectors import open_request
from salesops.approvals.services import resubmit, start
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, DomainError
from salesops.core.events import publish
from salesops.core.locking import advisory_lock


@dataclass(frozen=True)
class Weight:
    """Whether something waits for a second person: the clause that says so, and the figures of the case."""

    clause: str = ""
    figure: Decimal | None = None
    limit: Decimal | None = None
    sentence: Any = ""

    def __bool__(self) -> bool:
        return bool(self.clause)


def one_at_a_time_of(customer_id: int) -> None:
    """Money of one customer is weighed against the limits one after the other; first in the lock order."""
    advisory_lock(f"receivables.receipts_of.{customer_id}")


def save_entry(entry: WaitingPosting, taken: DomainError) -> None:
    """Write an entry; ``taken`` is raised where the same waits already."""
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise taken from error


def ask_for(entry: WaitingPosting, *, actor: Any, reason: str = "", at: datetime) -> ApprovalRequest:
    """Ask a second person."""
    return start(actor=actor, at=at, obj=entry, document_type=entry.approval_key, reason=reason)


def returned_entry(entry: Any, *, actor: Any) -> tuple[Any, ApprovalRequest]:
    """The entry, locked, and the request that was returned to this person.

    Raises ``Conflict`` when it is not returned, ``NotAllowed`` for anybody but who may enter it.
    """
    require_right(actor, "enter", entry)
    row = type(entry).objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    request = open_request(row, row.approval_key)
    if row.state != EntryState.ENTERED or request is None or request.state != RequestState.RETURNED:
        raise Conflict(
            _("Only what was returned is corrected."),
            way_out=_("Withdraw the request, or ask the second person to return it."),
            release=AskOffer(
                _("Please return an entry of %(customer)s, it is to be corrected")
                % {"customer": row.customer},
                roles=(Role.FINANCE,),
                subject=row,
            ),
        )
    return row, request


def hand_in_again(
    entry: WaitingPosting, request: ApprovalRequest, *, actor: Any, comment: str, at: datetime
) -> None:
    """After the correction is written: the second person is asked again."""
    tell("corrected", entry, actor=actor, at=at)
    resubmit(actor=actor, at=at, request=request, comment=comment)


def turn_down(entry: WaitingPosting, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """Rejected, withdrawn or void: the entry stays as a note of what was entered."""
    _move(entry, EntryState.REJECTED)
    tell("turned_down", entry, actor=actor, at=at)
    publish(PostingDecided(entry._meta.label, entry.pk, None, at))


def _move(entry: WaitingPosting, state: EntryState, **values: Any) -> None:
    entry.state = state
    entry.version += 1
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save(update_fields=["state", "version", "updated_at", *values])


def tell(verb: str, entry: WaitingPosting, *, actor: Any, at: datetime, **more: Any) -> None:
    """Into the timelines of the entry, its customer and what was posted."""
    data = {"amount": entry.amount, "currency": entry.currency_id, "date": entry.day, **more}
    about = [entry, entry.customer, entry.posted]
    record(f"{entry.approval_key}_{verb}", *about, actor=actor, at=at, data=data)


def not_ready(entry: WaitingPosting) -> str:
    return "" if entry.state == EntryState.ENTERED else _("This does not wait any more.")


LABELS = {
    "customer": gettext_lazy("customer"),
    "amount": gettext_lazy("amount in base currency"),
    "total": gettext_lazy("amount"),
}


def common_facts(entry: WaitingPosting) -> dict[str, Any]:
    """What an approver sees of every entry."""
    return {
        "customer": str(entry.customer),
        "amount": entry.base_amount,
        "total": f"{entry.amount} {entry.currency_id}",
    }


def register_posting(
    key: str,
    model: str,
    label: Any,
    *,
    post: Callable[..., Any],
    posted: str,
    facts: Callable[[Any], Mapping[str, Any]],
    labels: Mapping[str, Any],
    formats: Mapping[str, Any] | None = None,
    **more: Any,
) -> DocumentType:
    """A kind of posting that waits.

    ``post(entry, actor=, at=)`` posts it and gives the document, which goes into the entry's field ``posted``.
    """

    def accepted(entry: Any, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
        document = post(entry, actor=actor, at=at)
        # the base amount as it was posted: the entry's own was worked out when it was asked for
        values = {posted: document, "accepted_by": actor, "base_amount": document.base_amount}
        _move(entry, EntryState.CONFIRMED, **values)
        tell("accepted", entry, actor=actor, at=at, number=document.number)
        publish(PostingDecided(entry._meta.label, entry.pk, document.pk, at))

    return register(
        DocumentType(
            key,
            model,
            label,
            facts=lambda entry, payload: {**common_facts(entry), **facts(entry)},
            labels={**LABELS, **labels},
            formats={"amount": base_money, **(formats or {})},
            may_request="enter",
            amount="amount",
            customer=lambda entry: entry.customer_id,
            own_people=lambda entry: (entry.created_by_id,),
            team=lambda entry: entry.team,
            not_ready=not_ready,
            # an entry changes only by being mended, which asks anew; the posting looks at what is left by itself
            stale=lambda entry, request: not_ready(entry),
            on_approved=accepted,
            on_rejected=turn_down,
            on_ended=turn_down,
            **more,
        )
    )
