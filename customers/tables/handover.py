"""Columns of hand-overs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.models import HandOver
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class HandOverTable(RecordTable):
    made_on = DateColumn()
    name = LinkColumn(accessor="__str__", orderable=False, verbose_name=_("Hand-over"))
    owner = PersonColumn(orderable=False)
    taker = PersonColumn(orderable=False)
    reason = TextColumn(orderable=False)
    state = StateColumn(orderable=False)

    class Meta:
        model = HandOver
        fields = ("made_on", "name", "owner", "taker", "reason", "state")
