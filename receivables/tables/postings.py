"""Postings that wait for a second person, as a list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.models import PostingEntry
from receivables.tables.ledger import EntryLink
from salesops.ui.tables import ChoiceColumn, LinkColumn, MoneyColumn, PersonColumn, RecordTable, StateColumn


class PostingTable(RecordTable):
    date = EntryLink()
    kind = ChoiceColumn()
    amount = MoneyColumn(currency="currency_id")
    base_amount = MoneyColumn(verbose_name=_("In base currency"))
    state = StateColumn()
    receivable = LinkColumn(to="receivable")
    created_by = PersonColumn(verbose_name=_("Entered by"))
    credit_note = LinkColumn(to="credit_note")

    class Meta:
        model = PostingEntry
        fields = (
            "date",
            "kind",
            "customer",
            "amount",
            "base_amount",
            "state",
            "receivable",
            "created_by",
            "credit_note",
            "reason",
        )

    default_columns = (
        "date",
        "kind",
        "customer",
        "amount",
        "state",
        "receivable",
        "created_by",
        "reason",
    )
