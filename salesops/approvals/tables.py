"""Requests and flows as lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.approvals.models import ApprovalFlow, ApprovalRequest
from salesops.approvals.registry import type_label
from salesops.approvals.showing import brief_data, in_brief
from salesops.ui.marks import pill
from salesops.ui.tables import (
    ChoiceColumn,
    DateColumn,
    LeanColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class TypeColumn(LeanColumn):
    """The kind of request in words."""

    by_value = True

    def html(self, value: Any, record: Any) -> Any:
        return type_label(value)

    def text(self, value: Any, record: Any) -> str:
        return type_label(value)


class BriefColumn(LeanColumn):
    """What it is about, in a line."""

    def html(self, value: Any, record: Any) -> Any:
        return self.text(value, record)

    def text(self, value: Any, record: Any) -> str:
        return in_brief(brief_data(record))


class HoldersColumn(LeanColumn):
    """Who holds the request now."""

    def html(self, value: Any, record: Any) -> Any:
        return self.text(value, record)

    def text(self, value: Any, record: Any) -> str:
        asks = getattr(record, "asks_open", [])
        return ", ".join(dict.fromkeys(str(row.person) for ask in asks for row in ask.people.all()))


class DueColumn(LeanColumn):
    """The earliest deadline of those who hold it."""

    css = "date"

    def html(self, value: Any, record: Any) -> Any:
        moments = [ask.due_at for ask in getattr(record, "asks_open", []) if ask.due_at]
        return DateColumn().html(min(moments), record) if moments else ""

    def text(self, value: Any, record: Any) -> Any:
        moments = [ask.due_at for ask in getattr(record, "asks_open", []) if ask.due_at]
        return min(moments) if moments else None


class RequestTable(RecordTable):
    title = LinkColumn()
    document_type = TypeColumn()
    brief = BriefColumn(accessor="pk", orderable=False, verbose_name=_("What it is about"))
    amount = MoneyColumn()
    applicant = PersonColumn()
    state = StateColumn()
    holders = HoldersColumn(accessor="pk", orderable=False, verbose_name=_("Waits for"))
    due = DueColumn(accessor="pk", orderable=False, verbose_name=_("Deadline"))
    requested_at = DateColumn()
    decided_at = DateColumn()
    reason = TextColumn()

    class Meta:
        model = ApprovalRequest
        fields = (
            "title",
            "document_type",
            "brief",
            "amount",
            "applicant",
            "state",
            "holders",
            "due",
            "requested_at",
            "decided_at",
            "reason",
        )

    default_columns = (
        "title",
        "document_type",
        "brief",
        "applicant",
        "state",
        "holders",
        "due",
        "requested_at",
    )


class VersionColumn(LinkColumn):
    """The kind and version of a flow as a link."""

    def text(self, value: Any, record: Any) -> str:
        return str(record)


class PublishedColumn(LeanColumn):
    """Draft, or since when it is published."""

    def html(self, value: Any, record: Any) -> Any:
        return pill(_("Draft"), "attention") if value is None else DateColumn().html(value, record)

    def text(self, value: Any, record: Any) -> Any:
        return str(_("Draft")) if value is None else value


class FlowTable(RecordTable):
    number = VersionColumn(verbose_name=_("Flow"))
    from_date = DateColumn()
    published_at = PublishedColumn()
    repeated = ChoiceColumn()
    note = TextColumn()

    class Meta:
        model = ApprovalFlow
        fields = ("number", "from_date", "published_at", "repeated", "note")

    default_columns = ("number", "from_date", "published_at", "note")
