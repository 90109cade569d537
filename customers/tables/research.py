"""Columns of studies, target markets, partners and requirement documents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.models import MarketStudy, Partner, RequirementPaper, TargetMarket
from salesops.ui.tables import (
    BoolColumn,
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


class StudyTable(RecordTable):
    due_on = DateColumn()
    subject = LinkColumn(orderable=False)
    state = StateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    region = TextColumn(orderable=False)
    start = DateColumn(orderable=False)
    end = DateColumn(orderable=False)
    submitted_on = DateColumn(orderable=False)
    published_on = DateColumn(orderable=False)
    number = TextColumn(orderable=False)

    class Meta:
        model = MarketStudy
        fields = (
            "subject", "due_on", "state", "owner", "team", "submitted_on", "published_on", "region", "start", "end",
            "number",
        )  # fmt: skip

    default_columns = ("subject", "due_on", "state", "owner", "team", "submitted_on", "published_on")


class TargetMarketTable(RecordTable):
    name = LinkColumn()
    region = TextColumn(orderable=False)
    size = MoneyColumn(currency="currency_id", orderable=False)
    traits = TextColumn(orderable=False)
    entry = TextColumn(orderable=False)
    difference = TextColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    is_active = BoolColumn(orderable=False)

    class Meta:
        model = TargetMarket
        fields = ("name", "region", "size", "traits", "entry", "difference", "owner", "is_active")


class PartnerTable(RecordTable):
    name = LinkColumn()
    kind = ChoiceColumn(orderable=False)
    agreement = TextColumn(orderable=False)
    agreed_to = DateColumn(orderable=False)
    last_talk_on = DateColumn(orderable=False)
    next_talk_on = DateColumn()
    contact = TextColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    is_active = BoolColumn(orderable=False)

    class Meta:
        model = Partner
        fields = (
            "name", "kind", "agreement", "agreed_to", "last_talk_on", "next_talk_on", "contact", "owner", "is_active",
        )  # fmt: skip


class PaperTable(RecordTable):
    number = TextColumn(orderable=False)
    title = LinkColumn(orderable=False)
    product = TextColumn(orderable=False)
    state = StateColumn(orderable=False)
    demand_count = NumberColumn(orderable=False, verbose_name=_("Product demands"))
    released_on = DateColumn()
    owner = PersonColumn(orderable=False)

    class Meta:
        model = RequirementPaper
        fields = ("title", "product", "state", "demand_count", "released_on", "owner", "number")
