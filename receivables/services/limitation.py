"""Telling in time that a claim becomes time-barred (domain §7)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from receivables.selectors.collection import people_with
from receivables.selectors.limitation import limit_years, limited, years_later
from salesops.core.choices import Role
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify
from salesops.ui.links import record_url


def warn_of_limitation(*, on: date, at: datetime) -> int:
    """Tell the holder and legal of items whose limit is near, once for each limit. How many items."""
    ahead = on + timedelta(days=rule("receivables.limitation_notice_days", on=on))
    years = limit_years(on)
    # only what has been due for long can be near its limit: the others are not looked at
    old = on - timedelta(days=365 * years - rule("receivables.limitation_notice_days", on=on))
    near = (
        limited(None, on).filter(due_date__lte=old, proof_date__lte=old).select_related("customer", "owner")
    )
    lawyers = list(people_with(Role.LEGAL, on))
    told = 0
    for item in near.order_by("proof_date", "pk")[:500]:
        limit = years_later(item.proof_date, years)
        if limit > ahead:
            continue
        told += 1
        for person in {*lawyers, *([item.owner] if item.owner else [])}:
            if person.is_active:
                notify(
                    person,
                    "receivables.limitation",
                    f"limitation:{item.pk}:{limit}",
                    {
                        "number": item.number,
                        "customer": str(item.customer),
                        "limit_date": limit.isoformat(),
                    },
                    record_url(item),
                    at=at,
                )
    return told
