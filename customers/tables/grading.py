"""Columns of gradings and scoring models."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from customers.models import CustomerGrading, GradeModel
from salesops.ui.tables import (
    DateColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class GradingTable(RecordTable):
    customer = LinkColumn(orderable=False)
    graded_on = DateColumn(orderable=False)
    score = NumberColumn(orderable=False)
    old_grade = TextColumn(orderable=False)
    proposed_grade = TextColumn(orderable=False)
    old_class = TextColumn(
        accessor="get_old_class_display", orderable=False, verbose_name=_("class until now")
    )
    proposed_class = TextColumn(
        accessor="get_proposed_class_display", orderable=False, verbose_name=_("computed class")
    )
    owner = PersonColumn(accessor="customer__owner", orderable=False, verbose_name=_("Owner"))
    state = StateColumn(orderable=False)
    reason = TextColumn(orderable=False)
    decided_on = DateColumn(orderable=False)
    decided_by = PersonColumn(orderable=False)

    class Meta:
        model = CustomerGrading
        fields = (
            "customer", "graded_on", "score", "old_grade", "proposed_grade", "old_class", "proposed_class", "owner",
            "state", "reason", "decided_on", "decided_by",
        )  # fmt: skip

    default_columns = (
        "customer", "graded_on", "score", "old_grade", "proposed_grade", "old_class", "proposed_class", "owner",
        "state",
    )  # fmt: skip


class GradeModelTable(RecordTable):
    from_date = DateColumn()
    name = LinkColumn(accessor="__str__", orderable=False, verbose_name=_("Scoring model"))
    to_date = DateColumn(orderable=False)
    a_from = NumberColumn(orderable=False)
    b_from = NumberColumn(orderable=False)
    c_from = NumberColumn(orderable=False)
    remarks = TextColumn(orderable=False)

    class Meta:
        model = GradeModel
        fields = ("from_date", "name", "to_date", "a_from", "b_from", "c_from", "remarks")
