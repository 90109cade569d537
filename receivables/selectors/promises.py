"""How customers and people keep what was promised (features §4.8)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q, QuerySet

from receivables.choices import PromiseState
from receivables.models import Promise

JUDGED = (PromiseState.KEPT, PromiseState.PARTLY, PromiseState.BROKEN)


def judged_promises(on: date) -> QuerySet[Promise]:
    """Promises of which it was known on a day what became of them; withdrawn ones are none of them."""
    return Promise.objects.filter(state__in=JUDGED, judged_date__lte=on)


def kept_rate(customers: Collection[int] | None, on: date) -> dict[int, tuple[int, int]]:
    """Per customer how many promises were kept in full, and how many were due: ``{customer: (kept, due)}``.

    ``None`` asks for all customers; who never promised anything is left out.
    """
    return _rate("customer", judged_promises(on), customers)


def kept_rate_of_people(people: Collection[int] | None, on: date) -> dict[int, tuple[int, int]]:
    """As ``kept_rate``, by the holder of the promise's day."""
    return _rate("owner", judged_promises(on), people)


def _rate(path: str, rows: QuerySet, keys: Collection[int] | None) -> dict[int, tuple[int, int]]:
    if keys is not None:
        rows = rows.filter(**{f"{path}__in": keys})
    found = (
        rows.order_by().values_list(path).annotate(kept=Count("pk", filter=Q(state="kept")), due=Count("pk"))
    )
    return {key: (kept, due) for key, kept, due in found}
