"""How drafts and cheques are narrowed."""

from __future__ import annotations

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from receivables.choices import PaperKind, PaperState
from receivables.filters.ledger import DateRangeFilter, RecordFilterSet, customer_filter
from receivables.models import HeldPaper


class PaperFilter(RecordFilterSet):
    search_fields = (
        "number__istartswith",
        "customer__name__istartswith",
        "drawer__istartswith",
        "bank__istartswith",
    )

    state = django_filters.MultipleChoiceFilter(choices=PaperState.choices, label=_("state"))
    kind = django_filters.MultipleChoiceFilter(choices=PaperKind.choices, label=_("kind"))
    customer = customer_filter()
    due_date = DateRangeFilter(label=pgettext_lazy("of a draft or cheque", "due on"))

    class Meta:
        model = HeldPaper
        fields = ("state", "kind", "customer", "due_date")
