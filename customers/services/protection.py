"""How long a customer that was given to somebody is safe from the claims of others (ORG-12)."""

from __future__ import annotations

from datetime import date, timedelta

from salesops.handbook.selectors import rule


def protection_from(start: date) -> date:
    """The last day on which a customer given on ``start`` is protected."""
    return start + timedelta(days=rule("customers.protection_days", on=start))
