"""Drafts and cheques as a list."""

from __future__ import annotations

from receivables.models import HeldPaper
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
)


class PaperTable(RecordTable):
    number = LinkColumn()
    kind = ChoiceColumn()
    state = StateColumn()
    due_date = DateColumn()
    received_date = DateColumn()
    amount = MoneyColumn(currency="currency_id")
    owner = PersonColumn()
    receipt = LinkColumn(to="receipt")

    class Meta:
        model = HeldPaper
        fields = (
            "number",
            "customer",
            "kind",
            "state",
            "due_date",
            "received_date",
            "amount",
            "drawer",
            "bank",
            "receipt",
            "owner",
        )

    default_columns = (
        "number",
        "customer",
        "kind",
        "state",
        "due_date",
        "amount",
        "drawer",
        "bank",
        "owner",
    )
