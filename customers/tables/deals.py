"""Columns of leads and opportunities."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Concession, Lead, LossReason, Opportunity
from customers.tables.customers import EmailColumn, PhoneColumn
from salesops.ui.tables import (
    BoolColumn,
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PercentColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class LeadTable(RecordTable):
    number = TextColumn(orderable=False)
    name = LinkColumn(orderable=False)
    contact_name = TextColumn(orderable=False)
    phone = PhoneColumn(orderable=False)
    email = EmailColumn(orderable=False)
    state = StateColumn(orderable=False)
    source = ChoiceColumn(orderable=False)
    campaign = LinkColumn(to="campaign", orderable=False)
    region = TextColumn(orderable=False)
    score = NumberColumn(orderable=False)
    potential = MoneyColumn(currency="currency_id", orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    created_date = DateColumn()
    touched_date = DateColumn(orderable=False)
    closed_date = DateColumn(orderable=False)

    class Meta:
        model = Lead
        fields = (
            "name", "state", "source", "contact_name", "phone", "score", "owner", "created_date", "touched_date",
            "number", "email", "campaign", "region", "potential", "team", "closed_date",
        )  # fmt: skip

    default_columns = (
        "name",
        "state",
        "source",
        "contact_name",
        "score",
        "owner",
        "created_date",
        "touched_date",
    )


class OpportunityTable(RecordTable):
    code = TextColumn(orderable=False)
    title = LinkColumn(orderable=False)
    customer = LinkColumn(to="customer", orderable=False)
    stage = StateColumn(orderable=False)
    stage_since = DateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    amount = MoneyColumn(currency="currency_id", orderable=False)
    base_amount = MoneyColumn(orderable=False)
    probability = PercentColumn(orderable=False)
    weighted = MoneyColumn(orderable=False, verbose_name=_("Weighted amount"))
    expected_close = DateColumn()
    next_step = TextColumn(orderable=False)
    next_step_on = DateColumn()
    created_date = DateColumn()
    closed_date = DateColumn()
    product = TextColumn(orderable=False)
    loss_reason = TextColumn(orderable=False)
    source = TextColumn(orderable=False)

    class Meta:
        model = Opportunity
        fields = (
            "title", "customer", "stage", "amount", "probability", "weighted", "expected_close", "next_step",
            "next_step_on", "owner", "code", "team", "stage_since", "base_amount", "created_date", "closed_date", "product",
            "loss_reason", "source",
        )  # fmt: skip

    default_columns = (
        "title", "customer", "stage", "amount", "weighted", "expected_close", "next_step", "next_step_on", "owner",
    )  # fmt: skip


class ConcessionTable(RecordTable):
    opportunity = LinkColumn(to="opportunity", orderable=False)
    product = TextColumn(orderable=False)
    price = MoneyColumn(currency="currency_id", places=4, orderable=False)
    discount = PercentColumn(orderable=False)
    below_floor = BoolColumn(orderable=False)
    state = StateColumn(orderable=False)
    date = DateColumn()
    reason = LinkColumn(orderable=False)

    class Meta:
        model = Concession
        fields = ("date", "opportunity", "product", "price", "discount", "below_floor", "state", "reason")


class LossReasonTable(RecordTable):
    name = LinkColumn(accessor="word", orderable=False, verbose_name=pgettext_lazy("reason", "reason"))
    position = NumberColumn()
    is_active = BoolColumn(orderable=False)

    class Meta:
        model = LossReason
        fields = ("name", "position", "is_active")
