"""The assessment in force of each customer."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from customers.models import Customer
from customers.selectors import family_of
from receivables.choices import AssessmentState
from receivables.models import CreditAssessment


def current_assessments() -> QuerySet[CreditAssessment]:
    """Of every customer the newest approved assessment, whether it has ended or not."""
    newest = CreditAssessment.objects.filter(customer=OuterRef("customer"), state=AssessmentState.APPROVED)
    newest = newest.order_by("-date", "-pk").values("pk")[:1]
    return CreditAssessment.objects.filter(pk=Subquery(newest)).order_by("pk")


def assessment_of(customer: Customer) -> CreditAssessment | None:
    rows = CreditAssessment.objects.filter(customer__in=family_of(customer), state=AssessmentState.APPROVED)
    return rows.order_by("-date", "-pk").first()
