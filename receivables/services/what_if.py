"""What if this ladder held today: the daily run's next steps under it beside those of now; nothing stays (REC-03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from customers.models import Customer
from receivables.choices import LadderLevel
from receivables.models import CollectionLevel, CollectionPolicy
from receivables.services.collecting import ChaseLine, ChasePreview, preview
from receivables.services.ladders import COPIED
from salesops.jobs.registry import reason_sentence

MOST = 5000  # customers whose next steps are compared
SHOWN = 200
SET_ASIDE = "~"  # code of the version that the tried one stands in for; no real code begins so


@dataclass(frozen=True)
class Change:
    """A customer whose next step would be another; ``None``: nothing is due today. Amounts in base currency."""

    customer: Customer
    now: ChaseLine | None
    then: ChaseLine | None

    @property
    def line(self) -> ChaseLine:
        """The step whose figures are shown."""
        found = self.then or self.now
        assert found is not None  # noqa: S101 - a change has one of them
        return found


@dataclass(frozen=True)
class Simulation:
    """``levels`` and ``reasons``: (words, customers or items now, under the ladder); ``changes`` the first rows."""

    day: date
    levels: list[tuple[str, int, int]]
    reasons: list[tuple[str, int, int]]
    changes: list[Change]
    changed: int
    amount: Decimal


def facts_of(policy: CollectionPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in ("code", "customer_class", "by_choice", "tolerance")}


def levels_of(policy: CollectionPolicy) -> list[dict[str, Any]]:
    return [{name: getattr(level, name) for name in COPIED} for level in policy.levels.order_by("level")]


def simulate(
    *, user: Any, on: date, facts: Mapping[str, Any], levels: Iterable[Mapping[str, Any]]
) -> Simulation:
    """Compare the steps that are due today with those under a ladder of these ``facts`` and ``levels``.

    Whether a step waits already does not count: asked is which one is due. Rows are those of customers whom ``user`` sees.
    """
    now = preview(on, limit=MOST, waiting=False)
    with transaction.atomic():
        _put_in_force(facts, levels, on)
        then = preview(on, limit=MOST, waiting=False)
        transaction.set_rollback(True)
    return _compare(user, on, now, then)


def _put_in_force(facts: Mapping[str, Any], levels: Iterable[Mapping[str, Any]], on: date) -> None:
    code = facts["code"].strip().upper()
    CollectionPolicy.objects.filter(code=code, from_date=on).update(code=SET_ASIDE, by_choice=True)
    made = CollectionPolicy.objects.create(
        code=code,
        name=SET_ASIDE,
        customer_class=facts["customer_class"],
        by_choice=facts["by_choice"],
        tolerance=facts["tolerance"],
        from_date=on,
    )
    CollectionLevel.objects.bulk_create(CollectionLevel(policy=made, **level) for level in levels)


def _compare(user: Any, on: date, now: ChasePreview, then: ChasePreview) -> Simulation:
    first, second = (
        {line.customer_id: line for line in found.lines if not line.reason} for found in (now, then)
    )
    moved = [key for key in first.keys() | second.keys() if _step(first.get(key)) != _step(second.get(key))]
    seen = Customer.objects.visible_to(user).in_bulk(moved)
    changes = [Change(seen[key], first.get(key), second.get(key)) for key in moved if key in seen]
    changes.sort(key=lambda change: (-_amount(change), change.customer.pk))
    counts = [Counter(line.level for line in lines.values()) for lines in (first, second)]
    reasons = [{reason: count for reason, count, _sum in found.counts if reason} for found in (now, then)]
    return Simulation(
        day=on,
        levels=[(str(level.label), counts[0][level], counts[1][level]) for level in list(LadderLevel)[1:]],
        reasons=[
            (reason_sentence(f"receivables.chase_{key}", {}), reasons[0].get(key, 0), reasons[1].get(key, 0))
            for key in sorted(reasons[0].keys() | reasons[1].keys())
        ],
        changes=changes[:SHOWN],
        changed=len(changes),
        amount=sum((_amount(change) for change in changes), Decimal(0)),
    )


def _step(line: ChaseLine | None) -> tuple[int, str, str] | None:
    return None if line is None else (line.level, line.channel, line.person)


def _amount(change: Change) -> Decimal:
    return change.line.amount
