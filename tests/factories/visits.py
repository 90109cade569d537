"""Makers of visit plans and receptions; thin wrappers around the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from customers.models import Customer, Reception, VisitPlan
from customers.services.receptions import plan_reception
from customers.services.visit_plans import PlanLine, write_plan
from salesops.accounts.models import User


def make_plan(owner: User, *customers: Customer, span: str = "week", **more: Any) -> VisitPlan:
    """A draft for the next week with one visit a day to each of the customers."""
    at = timezone.now()
    monday = timezone.localdate(at) + timedelta(days=7 - timezone.localdate(at).weekday())
    lines = [
        PlanLine(customer=customer, date=monday + timedelta(days=number), purpose="Canary purpose")
        for number, customer in enumerate(customers)
    ]
    return write_plan(actor=owner, at=at, owner=owner, span=span, day=monday, lines=lines, **more)


def make_reception(owner: User, customer: Customer, *, days: int = 10, **more: Any) -> Reception:
    """A reception planned by its host, with the first checklist."""
    at = timezone.now()
    given = {"purpose": "Canary purpose", "guests": "Ms Canary", "level": "B"} | more
    arrival = at + timedelta(days=days)
    return plan_reception(actor=owner, at=at, customer=customer, owner=owner, arrival=arrival, **given)
