"""Makers of what belongs to credit; they go through the services."""

from __future__ import annotations

from datetime import date
from typing import Any

from receivables.models import CreditAssessment, CreditHold, ProvisionRun, RiskWarning
from receivables.services import open_assessment, place_hold
from receivables.services.provisions import compute_provision
from salesops.core.periods import Period
from tests.factories.receivables import AT, make_customer


def make_hold(
    customer: Any = None,
    *,
    owner: Any = None,
    scope: str = "both",
    until: date | None = None,
    at: Any = AT,
    **more: Any,
) -> CreditHold:
    customer = customer or make_customer(owner=owner)
    reason = more.pop("reason", "Draft bounced")
    return place_hold(actor=None, customer=customer, scope=scope, reason=reason, until=until, at=at, **more)


def make_assessment(
    customer: Any = None, *, owner: Any = None, at: Any = AT, **fields: Any
) -> CreditAssessment:
    return open_assessment(actor=None, customer=customer or make_customer(owner=owner), at=at, **fields)


def make_risk(customer: Any) -> RiskWarning:
    """As the nightly look leaves one behind for a disputed item."""
    reasons = [{"code": "disputes", "points": 10, "figures": {"count": 1, "amount": "100.00"}}]
    day = AT.date()
    return RiskWarning.objects.create(
        customer=customer, raised_date=day, checked_date=day, score=10, reasons=reasons, outstanding=100
    )


def make_provision(month: str = "2026-05", *, actor: Any = None, at: Any = AT) -> ProvisionRun:
    return compute_provision(actor=actor, month=Period.parse(month), at=at)
