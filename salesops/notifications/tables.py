"""Lists of robots and links."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from salesops.notifications.models import GroupRobot, OneTimeLink
from salesops.notifications.services.outsiders import link_purposes
from salesops.ui.filters import RecordFilterSet
from salesops.ui.tables import BoolColumn, LeanColumn, LinkColumn, PersonColumn, RecordTable, TextColumn


class RobotTable(RecordTable):
    name = LinkColumn()
    is_active = BoolColumn()

    class Meta:
        model = GroupRobot
        fields = ("name", "style", "team", "language", "is_active")


class RobotFilter(RecordFilterSet):
    search_fields = ("name",)

    class Meta:
        model = GroupRobot
        fields = ("style", "is_active")


class PurposeColumn(LeanColumn):
    def html(self, value: Any, record: Any) -> str:
        return self.text(value, record)

    def text(self, value: Any, record: Any) -> str:
        purpose = link_purposes.get(value)
        return str(purpose.title) if purpose else value


class LinkTable(RecordTable):
    purpose = PurposeColumn(verbose_name=_("purpose"), orderable=False)
    recipient = TextColumn()
    created_by = PersonColumn()

    class Meta:
        model = OneTimeLink
        fields = ("created_at", "purpose", "recipient", "created_by", "expires_at", "used_at", "withdrawn_at")


class LinkFilter(RecordFilterSet):
    search_fields = ("recipient",)

    class Meta:
        model = OneTimeLink
        fields = ("created_by",)
