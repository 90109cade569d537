"""Makers for figures: open items with settlements, targets, and a small company with known numbers."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from performance.models import KpiFact, KpiFigure, MonthClose, Restatement, Target, TargetChange
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from salesops.accounts.selectors import team_on
from salesops.core.periods import Period

_serial = itertools.count(1)


def noon(day: date) -> datetime:
    """Noon of a business day, aware."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def make_open_item(customer: Any, amount: Any, *, issued: date, due: date, **fields: Any) -> Receivable:
    owner = fields.pop("owner", customer.owner)
    amount = Decimal(amount)
    return Receivable.objects.create(
        number=fields.pop("number", f"P-FP-{next(_serial):05d}"),
        customer=customer,
        owner=owner,
        team=team_on(owner, issued) if owner else None,
        currency=customer.currency,
        amount=amount,
        base_rate=1,
        base_amount=amount,
        issue_date=issued,
        due_date=due,
        **fields,
    )


def pay(
    item: Receivable, amount: Any, *, on: date, reversal_of: SettlementLine | None = None
) -> SettlementLine:
    """Money received and allocated to one item on a day."""
    amount = Decimal(amount)
    if reversal_of is None:
        receipt = Receipt.objects.create(
            number=f"P-SK-{next(_serial):05d}",
            customer=item.customer,
            owner=item.owner,
            team=item.team,
            currency=item.currency,
            amount=amount,
            base_rate=1,
            base_amount=amount,
            received_date=on,
            bank_reference=f"ref {next(_serial)}",
        )
    else:
        receipt = reversal_of.receipt
    return SettlementLine.objects.create(
        receivable=item,
        receipt=receipt,
        customer=item.customer,
        currency=item.currency,
        amount=amount,
        base_amount=amount,
        date=on,
        recorded_at=noon(on),
        reversal_of=reversal_of,
    )


def make_credit_note(customer: Any, amount: Any, *, on: date, item: Receivable | None = None) -> CreditNote:
    amount = Decimal(amount)
    return CreditNote.objects.create(
        number=f"P-CN-{next(_serial):05d}",
        customer=customer,
        owner=customer.owner,
        team=team_on(customer.owner, on),
        currency=customer.currency,
        amount=amount,
        base_rate=1,
        base_amount=amount,
        date=on,
        receivable=item,
    )


def make_target(metric: str, period: str, value: Any, *, staff: Any = None, team: Any = None) -> Target:
    span = Period.parse(period)
    return Target.objects.create(
        metric=metric,
        period_start=span.start,
        period_end=span.end,
        staff=staff,
        team=team,
        value=Decimal(value),
        scope_team=team or team_on(staff, span.start),
    )


def make_month_close(period: str = "2025-11") -> MonthClose:
    span = Period.parse(period)
    return MonthClose.objects.create(
        period=period,
        first_date=span.start,
        closed_at=noon(span.end),
        basis="shipment",
        facts=KpiFact.objects.filter(period=period).count(),
    )


def make_restatement(period: str = "2026-01") -> Restatement:
    return Restatement.objects.create(
        period=period,
        code="sal_amt",
        dimension="company",
        key="company",
        num=Decimal(1),
        reason="Corrected",
        restated_at=noon(date(2026, 2, 5)),
    )


def make_target_change(target: Target) -> TargetChange:
    return TargetChange.objects.create(
        target=target, new_value=target.value, changed_at=noon(target.period_start)
    )


def make_kpi_fact(owner: Any, *, on: date = date(2026, 3, 15), num: Any = 100) -> KpiFact:
    return KpiFact.objects.create(
        period=f"{on:%Y-%m}",
        code="sal_amt",
        source="orderline",
        source_id=0,
        date=on,
        owner=owner,
        team=team_on(owner, on),
        num=Decimal(num),
    )


def make_kpi_figure(owner: Any, *, on: date = date(2026, 3, 15), num: Any = 100) -> KpiFigure:
    return KpiFigure.objects.create(
        period=f"{on:%Y-%m}",
        code="sal_amt",
        dimension="post",
        owner=owner,
        team=team_on(owner, on),
        num=Decimal(num),
    )
