"""What a level of the ladder does to new business: a hold of the credit that lasts as long as the level is reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from receivables.choices import CaseState, Effect, HoldScope
from receivables.models import CollectionCase, CollectionLevel, CreditHold
from receivables.models.credit import words_of_level
from receivables.services.holds import lift_hold, place_hold

SOURCE = "collection"
SCOPES = {Effect.NO_CREDIT: HoldScope.ORDER, Effect.SHIP: HoldScope.SHIP, Effect.FULL: HoldScope.BOTH}


def hold(case: CollectionCase, level: CollectionLevel, *, at: datetime) -> None:
    """Place the hold of a level that was done, if it has one; the program's own act, whoever did the step."""
    scope = SCOPES.get(Effect(level.effect))
    if scope is None:
        return
    place_hold(
        actor=None,
        customer=case.customer,
        scope=scope,
        reason=words_of_level(level.level),
        source=f"{SOURCE}:{case.pk}:{level.level}",
        at=at,
    )


def lift_outlived(*, at: datetime, customer: int | None = None) -> int:
    """Lift the holds whose level is not reached any more: paid, credited, or the case is closed. How many."""
    standing = CreditHold.objects.filter(source__startswith=f"{SOURCE}:", lifted_at=None).order_by("pk")
    if customer is not None:
        standing = standing.filter(customer=customer)
    by_key: dict[int, list[tuple[int, Any]]] = {}
    for row in standing:
        _source, key, level = row.source.split(":")
        by_key.setdefault(int(key), []).append((int(level), row))
    lifted = 0
    for case in CollectionCase.objects.filter(pk__in=by_key):
        for level, row in by_key[case.pk]:
            if case.state == CaseState.CLOSED or case.level < level:
                lift_hold(actor=None, hold=row, reason=_("The overdue items were settled."), at=at)
                lifted += 1
    return lifted
