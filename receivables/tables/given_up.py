"""Adjustments and refunds as lists."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from receivables.choices import RefundState
from receivables.models import Adjustment, Refund
from receivables.tables.ledger import MoneyStateColumn, _first_word
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    TextColumn,
)


class AdjustmentTable(RecordTable):
    number = LinkColumn()
    kind = ChoiceColumn()
    date = DateColumn()
    amount = MoneyColumn(currency="currency_id")
    used = MoneyColumn(currency="currency_id")
    base_amount = MoneyColumn(verbose_name=_("In base currency"))
    receivable = LinkColumn(to="receivable")
    owner = PersonColumn()

    class Meta:
        model = Adjustment
        fields = (
            "number",
            "customer",
            "kind",
            "date",
            "amount",
            "used",
            "base_amount",
            "receivable",
            "owner",
            "reason",
        )


class RefundStateColumn(MoneyStateColumn):
    def expression(self, path: str, queryset: QuerySet) -> object:
        """``Refund.state`` as a word."""
        return _first_word(
            (Q(reversal_of__isnull=False), RefundState.REVERSAL), (Q(reversed_date__isnull=False), RefundState.REVERSED),
            (Q(paid_date__isnull=False), RefundState.PAID), (Q(), RefundState.TO_PAY),
        )  # fmt: skip


class RefundTable(RecordTable):
    number = LinkColumn()
    state = RefundStateColumn(accessor="number", verbose_name=_("State"), orderable=False)
    date = DateColumn()
    paid_date = DateColumn()
    amount = MoneyColumn(currency="currency_id")
    base_amount = MoneyColumn(verbose_name=_("In base currency"))
    owner = PersonColumn()
    bank_reference = TextColumn()

    class Meta:
        model = Refund
        fields = (
            "number",
            "customer",
            "state",
            "date",
            "amount",
            "base_amount",
            "paid_date",
            "bank_reference",
            "owner",
            "reason",
        )
