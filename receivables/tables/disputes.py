"""Disputes as a list."""

from __future__ import annotations

from receivables.models import Dispute
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    TextColumn,
)


class DisputeTable(RecordTable):
    receivable = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    category = ChoiceColumn(orderable=False)
    amount = MoneyColumn(currency="receivable.currency_id")
    words = TextColumn(orderable=False)
    opened_date = DateColumn()
    follower = PersonColumn(orderable=False)
    next_step = TextColumn(orderable=False)
    next_date = DateColumn()
    resolution = ChoiceColumn(orderable=False)
    resolved_date = DateColumn()

    class Meta:
        model = Dispute
        fields = ()

    default_columns = (
        "receivable",
        "customer",
        "category",
        "amount",
        "words",
        "follower",
        "next_step",
        "next_date",
    )
