"""The register as a list."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)
from salesops.ui.words import words_of


class RecordNumberColumn(LinkColumn):
    """The number as a link; a draft has none yet and is called so."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"accessor": "shown_number", "order_by": "number", **kwargs})

    def expression(self, path: str, queryset: QuerySet) -> Any:
        return words_of(queryset.model, path.rpartition("shown_number")[0].removesuffix("__"))


class ContractTable(RecordTable):
    number = RecordNumberColumn(verbose_name=_("Number"))
    customer = LinkColumn(to="customer")
    subject = TextColumn()
    state = StateColumn()
    kind = tables.Column()
    signed_date = DateColumn()
    start_date = DateColumn()
    end_date = DateColumn()
    amount = MoneyColumn(currency="currency_id")
    base_amount = MoneyColumn(verbose_name=_("In base currency"))
    payment_term = TextColumn(orderable=False)
    owner = PersonColumn()
    team = TextColumn(orderable=False)
    original_place = TextColumn(orderable=False)

    class Meta:
        model = Contract
        fields = ()

    default_columns = (
        "number",
        "customer",
        "subject",
        "state",
        "signed_date",
        "end_date",
        "amount",
        "owner",
    )
