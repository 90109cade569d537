"""Columns of claims."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.models import OwnershipClaim
from salesops.ui.tables import DateColumn, LinkColumn, PersonColumn, RecordTable, StateColumn, TextColumn


class ClaimTable(RecordTable):
    customer = LinkColumn(accessor="customer__name", orderable=False, verbose_name=_("Customer"))
    owner = PersonColumn(orderable=False)
    wish = TextColumn(accessor="get_wish_display", verbose_name=_("wish"), orderable=False)
    state = StateColumn(orderable=False)
    claimed_on = DateColumn()
    decided_on = DateColumn(orderable=False)

    class Meta:
        model = OwnershipClaim
        fields = ("customer", "owner", "wish", "state", "claimed_on", "decided_on")
