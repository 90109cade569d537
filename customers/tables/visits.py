"""Columns of the lists of visit plans and of who is due."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Checklist, Customer, Reception, VisitPlan
from salesops.ui.marks import exact_date
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class PlanTable(RecordTable):
    period_text = LinkColumn(orderable=False, verbose_name=_("Span"))
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    from_date = DateColumn()
    to_date = DateColumn(orderable=False)
    state = StateColumn(orderable=False)
    planned = NumberColumn(orderable=False, verbose_name=_("Visits"))
    done = NumberColumn(orderable=False, verbose_name=_("Done"))
    submitted_at = DateColumn(orderable=False)

    class Meta:
        model = VisitPlan
        fields = (
            "period_text",
            "owner",
            "team",
            "from_date",
            "to_date",
            "state",
            "planned",
            "done",
            "submitted_at",
        )

    default_columns = ("period_text", "owner", "team", "state", "planned", "done", "submitted_at")


class DueColumn(DateColumn):
    """The day the next visit is due; what is late says so in words too."""

    def html(self, value: Any, record: Any) -> Any:
        if value is None:
            return "–"
        days = (timezone.localdate() - value).days
        if days <= 0:
            return exact_date(value)
        late = _("%(days)s days late") % {"days": days}
        return format_html('{} <span class="late-note">{}</span>', exact_date(value), late)


class DueTable(RecordTable):
    name = LinkColumn()
    customer_class = StateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    region = TextColumn(orderable=False)
    last_visit = DateColumn(orderable=False, verbose_name=_("Last visit"))
    due_date = DueColumn(verbose_name=_("Visit due"))
    next_visit = DateColumn(orderable=False, verbose_name=_("Next visit"))

    class Meta:
        model = Customer
        fields = ("name", "customer_class", "owner", "team", "region", "last_visit", "due_date", "next_visit")

    default_columns = ("name", "customer_class", "owner", "region", "last_visit", "due_date", "next_visit")


class ChecklistTable(RecordTable):
    kind = LinkColumn(accessor="get_kind_display", orderable=False, verbose_name=_("Kind"))
    number = NumberColumn(orderable=False)
    points = NumberColumn(orderable=False, verbose_name=_("Points"))
    note = TextColumn(orderable=False)
    created_at = DateColumn(orderable=False, verbose_name=_("In use since"))

    class Meta:
        model = Checklist
        fields = ("kind", "number", "points", "note", "created_at")

    default_columns = ("kind", "number", "points", "note", "created_at")


class ReceptionTable(RecordTable):
    number = LinkColumn(orderable=False)
    arrival = DateColumn()
    customer = LinkColumn(to="customer", orderable=False)
    level = TextColumn(
        accessor="get_level_display", orderable=False, verbose_name=pgettext_lazy("reception", "Level")
    )
    state = StateColumn(orderable=False)
    owner = PersonColumn(orderable=False)
    team = TextColumn(orderable=False)
    purpose = TextColumn(orderable=False)

    class Meta:
        model = Reception
        fields = ("arrival", "number", "customer", "level", "state", "owner", "team", "purpose")

    default_columns = ("arrival", "number", "customer", "level", "state", "owner", "purpose")
