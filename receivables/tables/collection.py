"""Collection as lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.models import CollectionAction, CollectionCase, CollectionPolicy, Promise
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class CaseTable(RecordTable):
    customer = LinkColumn(orderable=False)
    level = ChoiceColumn()
    state = StateColumn()
    overdue_base = MoneyColumn()
    items = NumberColumn()
    oldest_due = DateColumn()
    owner = PersonColumn(orderable=False)
    last_contact = DateColumn()
    next_date = DateColumn()
    paused_until = DateColumn()
    opened_date = DateColumn()
    closed_date = DateColumn()
    end = ChoiceColumn()

    class Meta:
        model = CollectionCase
        fields = ()

    default_columns = (
        "customer",
        "level",
        "state",
        "overdue_base",
        "oldest_due",
        "owner",
        "last_contact",
        "next_date",
    )


class ActionTable(RecordTable):
    at = LinkColumn()
    case = LinkColumn(to="case", orderable=False)
    channel = ChoiceColumn(verbose_name=pgettext_lazy("collection", "way"))
    by = PersonColumn(orderable=False)
    contact = TextColumn()
    said = TextColumn(orderable=False)
    reason = ChoiceColumn()
    agreed = TextColumn(orderable=False)
    next_date = DateColumn()

    class Meta:
        model = CollectionAction
        fields = ()


class PromiseTable(RecordTable):
    due_date = LinkColumn()
    customer = LinkColumn(to="customer", orderable=False)
    amount = MoneyColumn(currency="currency_id")
    state = StateColumn()
    paid = MoneyColumn(currency="currency_id")
    person = TextColumn()
    made_date = DateColumn()
    judged_date = DateColumn()
    owner = PersonColumn(orderable=False)
    receivable = LinkColumn(to="receivable", orderable=False)

    class Meta:
        model = Promise
        fields = ()

    default_columns = ("due_date", "customer", "amount", "state", "paid", "person", "made_date", "owner")


class PolicyTable(RecordTable):
    name = LinkColumn(accessor="label", order_by="name", verbose_name=_("name of the ladder"))
    code = TextColumn()
    customer_class = ChoiceColumn()
    from_date = DateColumn()
    tolerance = MoneyColumn(verbose_name=_("tolerance"))

    class Meta:
        model = CollectionPolicy
        fields = ()
