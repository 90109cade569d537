"""Makers of statements; they go through the services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from customers.models import Customer
from receivables.models import Statement, StatementDifference
from receivables.services.statements import Sending, send_statement
from tests.factories.receivables import make_receivable


def make_statement(customer: Customer, *, actor: Any, email: str = "cfo@customer.example") -> Statement:
    """The statement of one posted item, sent to ``email``."""
    now = timezone.now()
    day = timezone.localdate(now) - timedelta(days=3)
    make_receivable(customer, issued=day, due=day + timedelta(days=30), at=now)
    sending = Sending(customer, date(day.year, 1, 1), timezone.localdate(now), email, "en")
    return send_statement(actor=actor, sending=sending, at=now)[0]


def make_difference(customer: Customer, *, actor: Any) -> StatementDifference:
    statement = make_statement(customer, actor=actor)
    return StatementDifference.objects.create(
        statement=statement,
        line=statement.lines.first(),
        words="Not ours",
        owner=actor,
        raised_at=statement.sent_at,
    )
