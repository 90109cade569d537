"""How postings that wait for a second person are narrowed."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _

from receivables.choices import EntryState, PostingKind
from receivables.filters.ledger import DateRangeFilter, RecordFilterSet, customer_filter
from receivables.models import PostingEntry


class PostingFilter(RecordFilterSet):
    search_fields = ("customer__name__istartswith", "number__istartswith", "reason")

    state = django_filters.MultipleChoiceFilter(choices=EntryState.choices, label=_("state"))
    kind = django_filters.MultipleChoiceFilter(choices=PostingKind.choices, label=_("kind"))
    customer = customer_filter()
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = PostingEntry
        fields = ("state", "kind", "customer", "date")
