"""Narrowing the lists of requests and flows."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalFlow, ApprovalRequest
from salesops.approvals.registry import document_types
from salesops.approvals.selectors import asked_now, copied_to, decided_by
from salesops.ui.filters import DateRangeFilter, RecordFilterSet

BOXES = (
    ("waiting", _("Waiting for me")),
    ("mine", _("Made by me")),
    ("decided", _("Decided by me")),
    ("copies", _("Copies")),
    ("all", _("All I may see")),
)


def kinds_of_requests() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in document_types]


class RequestFilter(RecordFilterSet):
    """Without ``box`` the list is the inbox: what waits for the reader."""

    search_fields = ("title", "applicant__name", "reason")

    box = django_filters.ChoiceFilter(choices=BOXES, method="with_box", label=_("Box"))
    document_type = django_filters.ChoiceFilter(choices=kinds_of_requests, label=_("Kind"))
    state = django_filters.MultipleChoiceFilter(choices=RequestState.choices, label=_("State"))
    requested_at = DateRangeFilter(label=_("Requested"))

    class Meta:
        model = ApprovalRequest
        fields = ("box", "document_type", "state", "requested_at")

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return self.with_box(queryset, "box", "waiting")

    def with_words(self, queryset: QuerySet, words: str) -> QuerySet:
        return super().with_words(self.unasked(queryset), words)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.form.cleaned_data.get("box"):
            queryset = self.with_box(queryset, "box", "waiting")
        return super().filter_queryset(queryset)

    def with_box(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        user: Any = self.request.user
        return queryset.filter(in_box(user, value))


def in_box(user: Any, box: str) -> Q:
    """What a box of the inbox holds for a person."""
    if box == "mine":
        return Q(applicant=user) | Q(created_by=user)
    if box == "decided":
        return decided_by(user)
    if box == "copies":
        return copied_to(user)
    return Q() if box == "all" else asked_now(user, on=timezone.localdate())


class FlowFilter(RecordFilterSet):
    search_fields = ("note", "document_type")

    document_type = django_filters.ChoiceFilter(choices=kinds_of_requests, label=_("Kind"))

    class Meta:
        model = ApprovalFlow
        fields = ("document_type",)
