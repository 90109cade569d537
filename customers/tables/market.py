"""Columns of market information. Customers are named on the pages only, to those who may see them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.models import Campaign, Competitor, MarketWeek, Observation, ProductDemand
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


class CompetitorTable(RecordTable):
    name = LinkColumn()
    region = TextColumn(orderable=False)
    price_band = TextColumn(orderable=False)
    products = TextColumn(orderable=False)
    strengths = TextColumn(orderable=False)
    weaknesses = TextColumn(orderable=False)
    country = TextColumn(orderable=False)
    is_active = BoolColumn(orderable=False)

    class Meta:
        model = Competitor
        fields = (
            "name",
            "region",
            "price_band",
            "products",
            "strengths",
            "weaknesses",
            "country",
            "is_active",
        )

    default_columns = ("name", "region", "price_band", "products", "strengths", "weaknesses")


class ObservationTable(RecordTable):
    seen_on = DateColumn()
    competitor = LinkColumn(to="competitor", orderable=False)
    topic = ChoiceColumn(orderable=False)
    fact = LinkColumn(orderable=False)
    their_product = TextColumn(orderable=False)
    price = MoneyColumn(currency="currency_id", places=4, orderable=False)
    product = TextColumn(orderable=False)
    region = TextColumn(orderable=False)
    source = ChoiceColumn(orderable=False)
    reliability = ChoiceColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)

    class Meta:
        model = Observation
        fields = (
            "seen_on", "competitor", "topic", "fact", "price", "region", "reliability", "owner", "their_product", "product",
            "source", "team",
        )  # fmt: skip

    default_columns = ("seen_on", "competitor", "topic", "fact", "price", "region", "reliability", "owner")


class WeekTable(RecordTable):
    week_start = DateColumn()
    team = LinkColumn(orderable=False)
    state = StateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    summary = TextColumn(orderable=False)
    submitted_at = DateColumn(orderable=False)

    class Meta:
        model = MarketWeek
        fields = ("week_start", "team", "state", "owner", "summary", "submitted_at")


class CampaignTable(RecordTable):
    number = TextColumn(orderable=False)
    theme = LinkColumn(orderable=False)
    kind = ChoiceColumn(orderable=False)
    state = StateColumn(orderable=False)
    start = DateColumn()
    end = DateColumn(orderable=False)
    place = TextColumn(orderable=False)
    budget = MoneyColumn(currency="currency_id", orderable=False)
    lead_count = NumberColumn(orderable=False, verbose_name=_("Leads"))
    owner = PersonColumn(orderable=False)

    class Meta:
        model = Campaign
        fields = (
            "theme",
            "kind",
            "state",
            "start",
            "end",
            "place",
            "budget",
            "lead_count",
            "owner",
            "number",
        )


class DemandTable(RecordTable):
    raised_on = DateColumn()
    number = TextColumn(orderable=False)
    title = LinkColumn(orderable=False)
    kind = ChoiceColumn(orderable=False)
    product = TextColumn(orderable=False)
    urgency = ChoiceColumn(orderable=False)
    state = StateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    planned_for = DateColumn(orderable=False)
    answer = TextColumn(orderable=False)

    class Meta:
        model = ProductDemand
        fields = (
            "raised_on", "title", "kind", "product", "urgency", "state", "owner", "answer", "planned_for", "number",
        )  # fmt: skip

    default_columns = ("raised_on", "title", "kind", "product", "urgency", "state", "owner", "answer")
