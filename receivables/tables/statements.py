"""Statements and differences as lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.models import Statement, StatementDifference
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    RelatedColumn,
    StateColumn,
    TextColumn,
)


class StatementTable(RecordTable):
    number = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    state = StateColumn()
    since = DateColumn()
    until = DateColumn()
    closing = MoneyColumn(currency="currency_id")
    base_closing = MoneyColumn(orderable=False)
    sent_at = DateColumn()
    answered_at = DateColumn()
    answered_by = TextColumn(orderable=False)
    reminders = TextColumn(orderable=False)
    owner = PersonColumn(orderable=False)

    class Meta:
        model = Statement
        fields = ()

    default_columns = (
        "number",
        "customer",
        "state",
        "until",
        "closing",
        "sent_at",
        "answered_at",
        "answered_by",
        "owner",
    )


class DifferenceTable(RecordTable):
    raised_at = LinkColumn()
    statement = LinkColumn(to="statement", orderable=False)
    customer = RelatedColumn(accessor="statement__customer", verbose_name=_("customer"), orderable=False)
    line = TextColumn(orderable=False)
    said_amount = MoneyColumn(orderable=False)
    words = TextColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    result = ChoiceColumn(orderable=False)
    settled_at = DateColumn()

    class Meta:
        model = StatementDifference
        fields = ()
