"""Figures of the ledger for dashboards, panels and cards; in base currency unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Round

from customers.models import Customer
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from salesops.core.money import places_of
from salesops.core.policies import policy_of

ZERO = Decimal("0.00")
_MONEY = DecimalField(max_digits=18, decimal_places=2)


def _visible(model: Any, user: Any) -> QuerySet:
    rows = model.objects.all()
    return rows if user is None else rows.filter(policy_of(model).scope(user))


def _total(expression: Any, where: Q | None = None) -> Coalesce:
    return Coalesce(Sum(expression, filter=where), Value(ZERO), output_field=_MONEY)


@dataclass(frozen=True)
class LedgerFigures:
    """What stands open as of today's balances; amounts in base currency."""

    outstanding: Decimal
    overdue: Decimal
    due_next_7: Decimal
    due_next_30: Decimal
    disputed: Decimal
    unallocated: Decimal
    collected_this_month: Decimal
    items: int
    overdue_items: int

    @property
    def overdue_share(self) -> Decimal:
        """Overdue as a fraction of outstanding."""
        return self.overdue / self.outstanding if self.outstanding else ZERO


def ledger_figures(user: Any, *, on: date, **narrow: Any) -> LedgerFigures:
    """Figures for a dashboard: what ``user`` may see (None: all), narrowed by field look-ups such as
    ``team_id__in=[…]`` or ``owner=…``. Due ranges begin on ``on`` itself; three queries."""
    open_items = _visible(Receivable, user).open().filter(**narrow)
    answer = open_items.aggregate(
        outstanding=_total("outstanding_base"),
        overdue=_total("outstanding_base", Q(due_date__lt=on)),
        due_next_7=_total("outstanding_base", Q(due_date__range=(on, on + timedelta(days=7)))),
        due_next_30=_total("outstanding_base", Q(due_date__range=(on, on + timedelta(days=30)))),
        disputed=_total("outstanding_base", Q(disputed=True)),
        items=Count("pk"),
        overdue_items=Count("pk", filter=Q(due_date__lt=on)),
    )
    unallocated = sum(
        (
            _visible(model, user)
            .unallocated()
            .filter(**narrow)
            .aggregate(total=_total(Round(F("unallocated") * F("base_rate"), places_of())))["total"]
            for model in (Receipt, CreditNote)
        ),
        ZERO,
    )
    collected = collected_between(user, on.replace(day=1), on, **narrow)
    return LedgerFigures(unallocated=unallocated, collected_this_month=collected, **answer)


def collected_between(user: Any, first: date, last: date, **narrow: Any) -> Decimal:
    """Money of receipts (not of credit notes) allocated in a range of days; reversals count on their day."""
    renamed = {f"receivable__{name}": value for name, value in narrow.items()}
    return (
        _visible(SettlementLine, user)
        .filter(receipt__isnull=False, date__range=(first, last), **renamed)
        .aggregate(total=_total("base_amount"))["total"]
    )


def open_items_of(customer: Customer, *, user: Any, currency: Any = None) -> QuerySet[Receivable]:
    """Open items of a customer in the order in which money is proposed."""
    rows = _visible(Receivable, user).open().for_customer(customer).select_related("currency", "order")
    return (rows.filter(currency=currency) if currency else rows).oldest_first()
