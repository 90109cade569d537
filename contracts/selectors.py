"""Reads over the contract register."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from contracts.choices import ContractState
from contracts.models import Contract
from salesops.handbook.selectors import rule


def expiring(*, on: date, days: int | None = None) -> QuerySet[Contract]:
    """Contracts in force that end within ``days`` from ``on`` (default: the handbook's notice), soonest first.

    Contracts whose end has passed but which nobody closed are part of it: they need a decision too. One that was
    renewed by a contract in force needs none.
    """
    notice = rule("contracts.expiry_notice_days", on=on) if days is None else days
    return Contract.objects.filter(
        ~Exists(renewals_in_force()),
        state=ContractState.EFFECTIVE,
        end_date__lte=on + timedelta(days=notice),
    ).order_by("end_date", "pk")


def renewals_in_force() -> QuerySet[Contract]:
    """For a contract of the outer query: those in force that renew it."""
    return Contract.objects.filter(renews=OuterRef("pk"), state=ContractState.EFFECTIVE).order_by()
