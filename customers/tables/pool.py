"""Columns of the public pool."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.models import PoolCustomer, PoolMove, PoolRule
from salesops.ui.tables import (
    BoolColumn,
    DateColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class PoolTable(RecordTable):
    """Neither people nor numbers of the customer: those come with taking it."""

    name = LinkColumn()
    customer_class = StateColumn(orderable=False)
    industry = TextColumn(orderable=False)
    region = TextColumn(orderable=False)
    country = TextColumn(orderable=False)
    last_contact = DateColumn(orderable=False, verbose_name=_("Last contact"))
    pool_since = DateColumn()

    class Meta:
        model = PoolCustomer
        fields = ("name", "customer_class", "industry", "region", "country", "last_contact", "pool_since")


class PoolRuleTable(RecordTable):
    cause = LinkColumn(accessor="get_cause_display", orderable=False, verbose_name=_("Cause"))
    days = NumberColumn(orderable=False)
    customer_class = TextColumn(
        accessor="get_customer_class_display", orderable=False, verbose_name=_("Class")
    )
    warn_days = NumberColumn(orderable=False)
    spares_open = BoolColumn(orderable=False)
    spares_buyers = BoolColumn(orderable=False)
    from_date = DateColumn()
    to_date = DateColumn(orderable=False)

    class Meta:
        model = PoolRule
        fields = (
            "cause", "days", "customer_class", "warn_days", "spares_open", "spares_buyers", "from_date", "to_date",
        )  # fmt: skip


class PoolMoveTable(RecordTable):
    date = DateColumn()
    customer = TextColumn(accessor="customer__name", orderable=False, verbose_name=_("Customer"))
    kind = TextColumn(accessor="get_kind_display", orderable=False, verbose_name=_("What happened"))
    owner = PersonColumn(orderable=False)
    former = PersonColumn(orderable=False)
    rule = TextColumn(orderable=False, verbose_name=_("Rule"))
    since = DateColumn(orderable=False)
    reason = TextColumn(orderable=False)

    class Meta:
        model = PoolMove
        fields = ("date", "customer", "kind", "owner", "former", "rule", "since", "reason")
