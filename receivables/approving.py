"""How an assessment of credit is approved: finance and manager, above the limit of the handbook the general manager (domain §10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.second_person import CREDIT, credit_doors, credit_facts
from orders.models import Order
from orders.services.checks import BLOCK, CONFIRM, WARN, CheckAnswer, order_checks
from receivables.choices import AssessmentKind, AssessmentState
from receivables.models import CreditAssessment
from receivables.models.assessment import words_of_cause
from receivables.selectors.assessments import assessment_of
from receivables.selectors.exposure import exposure_of
from receivables.services.assessments import (
    KEY,
    assessment_approved,
    assessment_back,
    assessment_rejected,
    changes_of,
)
from receivables.services.holds import kept
from salesops.approvals.changes import base_moved, change_kinds
from salesops.approvals.formats import base_money, choice, yes_or_no
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step, when
from salesops.handbook.selectors import rule

EXPIRED = "receivables.assessment_expired"


def facts(row: CreditAssessment, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who sign see, and what the conditions of the flow test."""
    on, currency = row.date, row.customer.currency_id
    exposure = exposure_of(row.customer, on=timezone.localdate())
    return {
        "customer": str(row.customer),
        "occasion": row.kind,
        "causes": json.dumps(row.causes) if row.causes else "",
        "total": row.total,
        "rating": row.rating,
        "special": row.special,
        "requested": _money(row.requested_limit, currency),
        "proposed": _money(row.limit_proposed, currency),
        "limit_new": _money(row.limit, currency),
        "limit_before": _money(row.customer.credit_limit, currency),
        "terms": row.payment_term.code if row.payment_term else "",
        "amount": credit_facts(row.customer, changes_of(row), on)["amount"],
        "why_more": row.limit_reason,
        "valid_months": rule("receivables.assessment_months", on=on),
        "exposure": exposure.total,
        "overdue_days": exposure.overdue_days,
    }


def _money(amount: Any, currency: str) -> str:
    return "" if amount is None else f"{amount} {currency}"


LABELS = {
    "customer": gettext_lazy("customer"),
    "occasion": gettext_lazy("occasion"),
    "causes": gettext_lazy("why now"),
    "total": gettext_lazy("total score"),
    "rating": gettext_lazy("rating"),
    "special": gettext_lazy("rating above A by special approval"),
    "requested": gettext_lazy("requested limit"),
    "proposed": gettext_lazy("proposed limit"),
    "limit_new": gettext_lazy("new credit limit"),
    "limit_before": gettext_lazy("credit limit until now"),
    "terms": gettext_lazy("requested payment terms"),
    "amount": gettext_lazy("new credit limit in base currency"),
    "why_more": gettext_lazy("why more than proposed"),
    "valid_months": gettext_lazy("holds for months"),
    "exposure": gettext_lazy("exposure"),
    "overdue_days": gettext_lazy("longest overdue, days"),
}


def not_ready(row: CreditAssessment) -> str:
    return "" if row.state == AssessmentState.SUBMITTED else _("Hand the assessment in first.")


def stale(row: CreditAssessment, request: ApprovalRequest) -> str:
    """What was signed is the form as handed in; only the file's own terms must not have moved."""
    return not_ready(row) or base_moved(change_kinds[CREDIT], row.customer, request)


NAMES = (gettext_lazy("Rating above A"), gettext_lazy("Lift a hold"))  # of the first flows' routes


def check_assessment(order: Order, stage: str, *, at: datetime, act: bool) -> CheckAnswer | None:
    """Before an order is confirmed: has the assessment of its customer ended? Nothing where there never was one."""
    on = timezone.localdate(at)
    if stage != CONFIRM or (mode := rule(EXPIRED, on=on)) == "off":
        return None
    row = assessment_of(kept(order.customer))
    if row is None or not row.expired_on(on):
        return None
    words = {"customer": order.customer, "date": row.valid_until}
    text = _("The credit assessment of %(customer)s ended on %(date)s.") % words
    figures = {"days_ended": (on - row.valid_until).days if row.valid_until else 0}
    way_out = _("Have a new assessment approved.")
    return CheckAnswer(BLOCK if mode == "block" else WARN, text, way_out, EXPIRED, figures)


def register_assessments() -> None:
    """Called when the app is ready."""
    order_checks.register("receivables.assessment", check_assessment)
    credit_doors.add(KEY)
    both = step("Finance and manager", role("finance"), role("manager"), mode="countersign")
    top = step("General manager", role("gm"))
    register(
        DocumentType(
            KEY,
            "receivables.CreditAssessment",
            gettext_lazy("Credit assessment"),
            facts=facts,
            labels=LABELS,
            formats={
                "amount": base_money,
                "exposure": base_money,
                "occasion": choice(AssessmentKind.choices),
                "causes": lambda kept: " ".join(words_of_cause(cause) for cause in json.loads(kept)),
                "special": yes_or_no,
            },
            brief=("customer", "rating", "limit_new"),
            may_request="edit",
            amount="amount",
            customer=lambda row: row.customer_id,
            others=lambda row, first, last: (),  # a limit replaces the one before
            own_people=lambda row: (row.assessor_id, row.customer.owner_id),
            team=lambda row: row.customer.team,
            not_ready=not_ready,
            stale=stale,
            on_approved=assessment_approved,
            on_rejected=assessment_rejected,
            on_returned=assessment_back,
            on_ended=assessment_back,
            clause="receivables.credit_rating_bands",
            see_verb="view",
            flow=(
                route("Rating above A", [when("special", "yes")], [both, top]),
                route(
                    "Above the limit", [when("amount", "gt", rule="customers.credit_limit_top")], [both, top]
                ),
                route("Credit assessment", [], [both]),
            ),
            mend_url=lambda row: reverse("receivables:creditassessment_edit", args=[row.pk]),
        )
    )
