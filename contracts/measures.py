"""How well the rules of contracts are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.selectors import expiring
from salesops.handbook.registry import Breach, Measure, register_measures
from salesops.ui.links import record_url


def over_and_open(user: Any, on: date) -> Any:
    """Contracts whose end has passed and about which nobody has decided."""
    rows = expiring(on=on, days=0).visible_to(user).filter(end_date__lt=on)
    return rows.select_related("owner", "customer")


def line(contract: Any) -> Breach:
    return Breach(
        str(contract), record_url(contract), contract.owner, contract.end_date, contract.customer.name
    )


def register() -> None:
    """Called when the app is ready."""
    register_measures(Measure("contracts.expiry_notice_days", over_and_open, line))
