"""Lists of runs, items and messages."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from salesops.jobs.models import OUTBOX_STATES, JobRun, OutboxMessage
from salesops.jobs.registry import jobs, message_words, outbox_words
from salesops.ui.filters import DateRangeFilter, RecordFilterSet
from salesops.ui.tables import (
    DateColumn,
    LeanColumn,
    LinkColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class JobRunTable(RecordTable):
    title = LinkColumn(verbose_name=_("job"), order_by="job", accessor="title")
    business_date = DateColumn(verbose_name=_("for day"))
    state = StateColumn()
    done = NumberColumn(verbose_name=_("done"), accessor="summary__done", orderable=False)
    skipped = NumberColumn(verbose_name=_("skipped"), accessor="summary__skipped", orderable=False)
    failed = NumberColumn(verbose_name=_("failed"), accessor="summary__failed", orderable=False)
    finished_at = DateColumn(verbose_name=_("finished"))
    attempts = NumberColumn()
    actor = PersonColumn(orderable=False)

    class Meta:
        model = JobRun
        fields = (
            "title",
            "business_date",
            "state",
            "done",
            "skipped",
            "failed",
            "finished_at",
            "attempts",
            "actor",
        )


def job_choices() -> list[tuple[str, str]]:
    return [(definition.name, str(definition.title)) for definition in jobs]


class JobRunFilter(RecordFilterSet):
    search_fields = ("job", "error")
    job = django_filters.ChoiceFilter(label=_("job"), choices=job_choices)
    business_date = DateRangeFilter(label=_("for day"))

    class Meta:
        model = JobRun
        fields = ("job", "state", "business_date")


class MessageColumn(LeanColumn):
    """What a message is called (part 0), or what it is about (part 1); its key as a hint."""

    css = "wrap"

    def __init__(self, *args: Any, part: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part

    def html(self, value: Any, record: OutboxMessage) -> Any:
        return format_html('<span title="{}">{}</span>', record.key, self.text(value, record))

    def text(self, value: Any, record: OutboxMessage) -> str:
        return message_words(record.kind, record.payload, record.key)[self.part]


def kind_choices() -> list[tuple[str, str]]:
    return [(kind, str(title)) for kind, (title, _about) in outbox_words.items()]


class OutboxTable(RecordTable):
    kind = MessageColumn(verbose_name=_("what"), part=0)
    key = MessageColumn(verbose_name=_("about"), part=1, orderable=False)
    state = StateColumn(verbose_name=_("state"), orderable=False)
    created_at = DateColumn()
    done_at = DateColumn()
    attempts = NumberColumn()
    last_error = TextColumn(orderable=False)
    again = tables.TemplateColumn(
        template_name="jobs/send_again.html", verbose_name=_("act"), orderable=False, exclude_from_export=True
    )

    class Meta:
        model = OutboxMessage
        fields = ("kind", "key", "state", "created_at", "done_at", "attempts", "last_error", "again")


class OutboxFilter(RecordFilterSet):
    search_fields = ("key", "last_error")
    kind = django_filters.ChoiceFilter(label=_("what"), choices=kind_choices)
    state = django_filters.ChoiceFilter(
        label=_("state"), choices=lambda: list(OUTBOX_STATES.items()), method="in_state"
    )

    class Meta:
        model = OutboxMessage
        fields = ("kind", "state")

    def in_state(self, queryset, name, value):
        conditions = {
            "sent": Q(done_at__isnull=False),
            "failed": Q(done_at__isnull=True, gave_up_at__isnull=False),
            "retrying": Q(done_at__isnull=True, gave_up_at__isnull=True, attempts__gt=0),
            "waiting": Q(done_at__isnull=True, gave_up_at__isnull=True, attempts=0),
        }
        return queryset.filter(conditions[value])
