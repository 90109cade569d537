"""Giving up something of an open item: the one way an adjustment is posted, and the small rests of an allocation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import AdjustmentKind
from receivables.errors import OverAllocation
from receivables.models import Adjustment, Receipt, Receivable, SettlementLine
from receivables.services.posting import ledger_rules, require_date
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.core.inputs import said
from salesops.core.locking import lock_row
from salesops.core.money import next_share, round_money
from salesops.handbook.selectors import rule
from salesops.numbering.services import next_free_number

NUMBER_CLASS = "TZ"


def next_number(on: date) -> str:
    """The next number of an adjustment; taken before any document is locked."""
    return next_free_number(NUMBER_CLASS, Adjustment, on=on)


def small_limit(item: Receivable, *, on: date) -> Decimal:
    """The largest rest of an item that may be given up with an allocation, in its currency (R-33, R-34)."""
    most = rule("receivables.small_difference_most", on=on)
    share = rule("receivables.small_difference_share", on=on)
    return min(round_money(most / item.base_rate), round_money(item.amount * share))


def post_adjustment(
    item: Receivable,
    amount: Decimal,
    *,
    kind: AdjustmentKind,
    number: str,
    day: date,
    reason: str,
    evidence: str = "",
    receipt: Receipt | None = None,
    actor: Any,
    at: datetime,
) -> Adjustment:
    """Post an adjustment and its line against an item that the caller has locked.

    Raises ``OverAllocation`` for more than is open, ``MonthClosed``, ``InvalidInput``.
    """
    require_date(day, at=at)
    if amount > item.outstanding:
        raise OverAllocation(
            _("%(number)s has %(left)s %(currency)s outstanding; %(wanted)s is too much.")
            % {
                "number": item.number,
                "left": item.outstanding,
                "currency": item.currency_id,
                "wanted": amount,
            },
            field="amount",
            left=item.outstanding,
            wanted=amount,
        )
    base = next_share(
        item.amount, item.base_amount, used=item.settled, used_base=item.settled_base, part=amount
    )
    row = Adjustment(
        number=number,
        kind=kind,
        receivable=item,
        receipt=receipt,
        amount=amount,
        base_amount=base,
        reason=reason,
        evidence=evidence,
        **paper_of(item, day=day, actor=actor),
    )
    with ledger_rules():
        row.save(force_insert=True)
        SettlementLine.objects.create(**line_of(row, item, amount, base, day=day, actor=actor, at=at))
    row.refresh_from_db()
    about = {"number": row.number, "item": item.number, "amount": amount, "currency": item.currency_id}
    verb = f"receivables.{kind}_posted"
    subjects = [row, item, item.customer, *([receipt] if receipt else [])]
    record(verb, *subjects, actor=actor, at=at, comment=reason, data=about)
    return row


def paper_of(item: Receivable, *, day: date, actor: Any) -> dict[str, Any]:
    """What an adjustment shares with its item; it counts for the item's owner, at the item's rate."""
    names = ("customer_id", "owner_id", "team_id", "currency_id", "base_rate")
    return {**{name: getattr(item, name) for name in names}, "date": day, "created_by": actor}


def line_of(
    row: Adjustment, item: Receivable, amount: Decimal, base: Decimal, *, day: date, actor: Any, at: datetime
) -> dict[str, Any]:
    return {
        "receivable": item,
        "adjustment": row,
        "customer_id": item.customer_id,
        "currency_id": item.currency_id,
        "amount": amount,
        "base_amount": base,
        "date": day,
        "recorded_at": at,
        "recorded_by": actor,
    }


class SmallRests:
    """Rests of items that are given up in the step that allocates money to them (handbook R-33, R-34).

    ``day`` is the posting date, today by default; a rest is never given up before the money for its item counts.
    """

    def __init__(self, items: Sequence[int], why: str, *, day: date | None, at: datetime) -> None:
        self.items, self.at = sorted(set(items)), at
        self.day = day or timezone.localdate(at)
        self.why = said(why, _("Say why the rest is given up."), field="why") if self.items else ""
        self.numbers = [next_number(self.day) for _pk in self.items]

    def post(self, document: Any, *, actor: Any) -> list[Adjustment]:
        """After the lines of ``document``: whatever is left of the items is given up, where it is small enough."""
        return [
            self._one(document, pk, number, actor=actor)
            for pk, number in zip(self.items, self.numbers, strict=True)
        ]

    def _one(self, document: Any, pk: int, number: str, *, actor: Any) -> Adjustment:
        item = lock_row(Receivable.objects.select_related("customer"), pk)
        last = document.lines.filter(receivable=item).aggregate(day=Max("date"))["day"]
        most = small_limit(item, on=self.day)
        if last is None or not 0 < item.outstanding <= most:
            raise InvalidInput(
                _(
                    "%(number)s keeps %(left)s %(currency)s open; at most %(most)s is given up with an allocation."
                )
                % {
                    "number": item.number,
                    "left": item.outstanding,
                    "currency": item.currency_id,
                    "most": most,
                },
                field="why",
                clause="receivables.small_difference_most",
                way_out=_("Leave it open, or ask for a write-off."),
                left=item.outstanding,
                limit=most,
            )
        receipt = document if isinstance(document, Receipt) else None
        return post_adjustment(
            item,
            item.outstanding,
            kind=AdjustmentKind.SMALL_DIFFERENCE,
            number=number,
            day=max(self.day, last),
            reason=self.why,
            receipt=receipt,
            actor=actor,
            at=self.at,
        )
