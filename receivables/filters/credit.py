"""Narrowing the lists of credit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import (
    AssessmentKind,
    AssessmentState,
    HoldScope,
    HoldState,
    ProvisionState,
    Rating,
    RiskState,
)
from receivables.filters.ledger import customer_filter
from receivables.models import CreditAssessment, CreditHold, ProvisionLine, ProvisionRun, RiskWarning
from receivables.risks import risk_reasons
from salesops.accounts.models import User
from salesops.approvals.models import ApprovalRequest
from salesops.handbook.selectors import rule
from salesops.ui.filters import DateRangeFilter, RecordFilterSet, YesFilter


class HoldFilter(RecordFilterSet):
    search_fields = ("customer__name", "customer__code__istartswith", "reason")

    state = django_filters.ChoiceFilter(choices=HoldState.choices, method="with_state", label=_("state"))
    scope = django_filters.ChoiceFilter(choices=HoldScope.choices, label=_("stops"))
    customer = customer_filter()
    from_date = DateRangeFilter(label=_("from"))

    class Meta:
        model = CreditHold
        fields = ()

    def with_state(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        today = timezone.localdate()
        if value == HoldState.STANDS:
            return queryset.standing(today)
        if value == HoldState.OVER:
            return queryset.filter(lifted_at=None, until__lt=today)
        return queryset.filter(lifted_at__isnull=False)


class AssessmentFilter(RecordFilterSet):
    search_fields = ("customer__name", "customer__code__istartswith")

    state = django_filters.MultipleChoiceFilter(choices=AssessmentState.choices, label=_("state"))
    rating = django_filters.MultipleChoiceFilter(choices=Rating.choices, label=_("rating"))
    kind = django_filters.ChoiceFilter(choices=AssessmentKind.choices, label=_("occasion"))
    customer = customer_filter()
    valid_until = DateRangeFilter(label=_("valid until"))
    date = DateRangeFilter(label=_("date"))

    class Meta:
        model = CreditAssessment
        fields = ()


STANDING = (("now", _("still holds")), ("over", _("over")))


class OverrideFilter(RecordFilterSet):
    search_fields = ("title", "applicant__name", "reason")

    standing = django_filters.ChoiceFilter(choices=STANDING, method="with_standing", label=_("holds"))
    decided_at = DateRangeFilter(label=_("decided on"))
    applicant = django_filters.ModelChoiceFilter(queryset=User.objects.all(), label=_("asked for by"))

    class Meta:
        model = ApprovalRequest
        fields = ()

    def with_standing(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        today = timezone.localdate()
        first = today - timedelta(days=rule("receivables.credit_release_days", on=today))
        live = Q(document_type="receivables.credit", decided_at__date__gt=first)
        return queryset.filter(live if value == "now" else ~live)


class RiskFilter(RecordFilterSet):
    """Without ``state`` the list shows what is not gone."""

    search_fields = ("customer__name", "customer__code__istartswith", "answer")

    state = django_filters.MultipleChoiceFilter(choices=RiskState.choices, label=_("state"))
    reason = django_filters.ChoiceFilter(
        choices=lambda: reason_choices(), method="with_reason", label=_("reason")
    )
    at_least = django_filters.NumberFilter("score", "gte", label=_("risk score at least"))
    customer = customer_filter()
    owner = django_filters.ModelChoiceFilter("customer__owner", queryset=User.objects.all(), label=_("owner"))
    raised_date = DateRangeFilter(label=_("warned since"))

    class Meta:
        model = RiskWarning
        fields = ()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("state") else self.unasked(queryset)

    def unasked(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(gone_date=None)

    def with_words(self, queryset: QuerySet, words: str) -> QuerySet:
        return super().with_words(self.unasked(queryset), words)

    def with_reason(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(reasons__contains=[{"code": value}])


def reason_choices() -> list[tuple[str, Any]]:
    return [(code, reason.label) for code, reason in risk_reasons.items()]


class ProvisionRunFilter(RecordFilterSet):
    search_fields = ("note",)

    state = django_filters.MultipleChoiceFilter(choices=ProvisionState.choices, label=_("state"))
    as_of = DateRangeFilter(label=_("as of"))

    class Meta:
        model = ProvisionRun
        fields = ()


class ProvisionLineFilter(RecordFilterSet):
    search_fields = ("receivable__number__istartswith", "customer__name", "reason")

    run = django_filters.ModelChoiceFilter(queryset=ProvisionRun.objects.all(), label=_("provision run"))
    customer = customer_filter()
    year = django_filters.NumberFilter("year", label=_("full years since issue"))
    own = YesFilter(method="with_own", label=_("with a rate of its own"))

    class Meta:
        model = ProvisionLine
        fields = ()

    def with_own(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.exclude(reason="") if value else queryset
