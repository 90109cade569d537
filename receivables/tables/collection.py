"""Collection as lists."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.models import CollectionAction, CollectionCase, CollectionPolicy, Promise
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class ReachColumn(LeanColumn):
    """One tap from the queue: call the main contact of an own customer, or write a promise down."""

    def html(self, value: Any, record: Any) -> Any:
        promise = reverse("receivables:collectioncase_act", args=[value, "promise"])
        call = ""
        if record.dial:
            call = format_html('<a class="btn btn-sm" href="tel:{}">{}</a> ', record.dial, _("Call"))
        return format_html('{}<a class="btn btn-sm btn-quiet" href="{}">{}</a>', call, promise, _("Promise"))

    def text(self, value: Any, record: Any) -> Any:
        return ""


class CaseTable(RecordTable):
    customer = LinkColumn(orderable=False)
    reach = ReachColumn(accessor="pk", verbose_name=_("one tap"), orderable=False)
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
        "reach",
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
