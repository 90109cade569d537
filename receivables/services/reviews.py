"""The yearly review of credit (CUS-07), and what makes one due in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from receivables.choices import AssessmentKind, AssessmentState, Method, PromiseState
from receivables.events import PromiseBroken, ReceiptReversed
from receivables.models import CreditAssessment, Promise, Receipt
from receivables.models.assessment import BOUNCED, ENDS, PROMISES
from receivables.selectors.assessments import current_assessments
from receivables.services.assessments import review_credit
from salesops.core.events import subscribe
from salesops.handbook.selectors import rule
from salesops.jobs.services.runs import JobReport, RunResult, run_job

JOB = "credit_reviews"


def credit_reviews(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Open the next assessment of every customer whose last one ends within the handbook's days."""

    def work(report: JobReport) -> None:
        last = business_date + timedelta(days=rule("receivables.assessment_notice_days", on=business_date))
        ending = current_assessments().filter(valid_until__lte=last, customer__merged_into=None)
        begun = CreditAssessment.objects.filter(state__in=(AssessmentState.DRAFT, AssessmentState.SUBMITTED))
        for row in ending.exclude(customer__in=begun.values("customer")).select_related("customer__owner"):
            why = {"code": ENDS, "date": row.date.isoformat(), "end": str(row.valid_until)}
            draft = review_credit(customer=row.customer, kind=AssessmentKind.ANNUAL, why=why, at=at)
            url = reverse("receivables:creditassessment_detail", args=[draft.pk])
            report.done(row.customer, "receivables.review_opened", url=url, until=str(row.valid_until))

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


@subscribe(ReceiptReversed)
def paper_bounced(event: ReceiptReversed) -> None:
    """A draft or cheque that was not honoured puts the credit of its customer to the test."""
    receipt = Receipt.objects.select_related("customer__owner", "customer__merged_into").get(
        pk=event.receipt_id
    )
    if receipt.method not in (Method.DRAFT, Method.CHEQUE):
        return
    why = {"code": BOUNCED, "method": receipt.method, "number": receipt.number}
    review_credit(customer=receipt.customer, why=why, at=event.at)


@subscribe(PromiseBroken)
def promise_broken(event: PromiseBroken) -> None:
    """The second broken promise of twelve months puts the credit to the test."""
    promise = Promise.objects.select_related("customer__owner", "customer__merged_into").get(
        pk=event.promise_id
    )
    year = promise.due_date - timedelta(days=365)
    broken = Promise.objects.filter(customer=promise.customer, state=PromiseState.BROKEN, due_date__gt=year)
    count = broken.count()
    if count < 2:
        return
    why = {"code": PROMISES, "count": count}
    review_credit(customer=promise.customer, why=why, at=event.at)
