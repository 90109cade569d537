"""Assessing a customer's credit: drafted with computed scores, handed in, approved; limit and terms follow in the same act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services.second_person import set_credit_terms
from receivables.assessing import in_currency, lines_for, monthly_sales
from receivables.choices import AssessmentKind, AssessmentState, Rating
from receivables.models import CreditAssessment
from receivables.services.holds import kept
from receivables.services.posting import require_right, require_visible
from salesops.approvals.changes import payload_of
from salesops.approvals.choices import RequestState
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.selectors import open_request
from salesops.approvals.services import resubmit, start
from salesops.audit.services import record
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.locking import lock_row
from salesops.core.money import base_coins
from salesops.handbook.selectors import rule, rules_on
from salesops.notifications.services import notify

KEY = "receivables.assessment"
RULES = tuple(
    f"receivables.{name}"
    for name in (
        "credit_rating_bands",
        "credit_rating_factors",
        "credit_months",
        "credit_new_months",
        "credit_complete_share",
    )
)
BEST = (Rating.AAA, Rating.AA)
FIELDS = (
    "kind",
    "requested_limit",
    "payment_term",
    "expected_monthly_sales",
    "note",
    "special",
    "special_reason",
    "limit",
    "limit_reason",
)


@transaction.atomic
def open_assessment(
    *, actor: Any, customer: Customer, at: datetime, kind: str = AssessmentKind.CHANGE, **fields: Any
) -> CreditAssessment:
    """A draft of today with the scores that ledger and file propose.

    Raises ``Duplicate`` where one is open, ``NotAllowed``, ``InvalidInput``.
    """
    require_right(actor, "add", CreditAssessment)
    require_visible(actor, customer, field="customer")
    customer = kept(customer)
    row = CreditAssessment(
        customer=customer, kind=kind, date=timezone.localdate(at), assessor=actor, created_by=actor, **fields
    )
    row.payment_term = row.payment_term or customer.payment_term
    row.lines = lines_for(customer, on=row.date)
    reckon(row)
    if fields.get("limit") is None:
        row.limit = _first_limit(row)
    _judge(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Duplicate(
            _("An assessment of this customer is open already."),
            field="customer",
            way_out=_("Complete that one."),
        ) from None
    _write("assessment_opened", row, actor=actor, at=at)
    return row


def review_credit(
    *, customer: Customer, kind: str = AssessmentKind.EVENT, why: str | dict[str, Any], at: datetime
) -> CreditAssessment:
    """Something happened (a paper bounced, promises were broken, a year is over): its credit is to be looked at anew.

    A draft is opened, or the open one told why; whoever has the customer hears of it. Called by jobs and by other apps.
    ``why``: a cause by its ``code`` and figures (``words_of_cause``), which everybody reads in the own language, or text.
    """
    customer = kept(customer)
    row = CreditAssessment.objects.filter(
        customer=customer, state__in=(AssessmentState.DRAFT, AssessmentState.SUBMITTED)
    ).first()
    if row is None:
        row = open_assessment(actor=None, customer=customer, kind=kind, at=at)
    if isinstance(why, dict) and why not in row.causes:
        row.causes = [*row.causes, why]
    elif isinstance(why, str) and why not in row.note:
        row.note = f"{row.note}\n{why}".strip()[:2000]
    row.save(update_fields=["causes", "note", "updated_at"])
    owner = customer.owner
    if owner is not None and owner.is_active:
        data = {"customer": str(customer), "why": why}
        key = f"receivables.credit_review:{row.pk}:{timezone.localdate(at)}:{kind}"
        url = reverse("receivables:creditassessment_detail", args=[row.pk])
        notify(owner, "receivables.credit_review", key, data, url, at=at)
    return row


def reckon(row: CreditAssessment) -> None:
    """Total, rating and proposed limit from the scores, by the rules of the assessment's day."""
    rules = rules_on(row.date, RULES)
    known = [
        (line["weight"], Decimal(line["score"])) for line in row.lines if line["score"] not in (None, "")
    ]
    whole = sum(weight for weight, _score in known)
    row.total = round(sum(w * s for w, s in known) / whole, 2) if whole else Decimal(0)
    bands = rules["receivables.credit_rating_bands"]
    place = next((n for n, least in enumerate(bands) if row.total >= least), len(bands))
    sales = monthly_sales(row.customer, on=row.date)
    row.sales_months = sales.months
    share = Decimal(row.line("completeness").get("score") or 0) / 100
    row.complete = share >= rules["receivables.credit_complete_share"]
    new = is_new(row, rules["receivables.credit_new_months"])
    if (new or not row.complete) and not row.special:
        place = max(place, Rating.values.index(Rating.A))
    row.rating = Rating.values[place]
    currency = row.customer.currency_id
    known_sales = sales.average is not None and not new
    row.monthly_sales = (
        in_currency(sales.average, currency, on=row.date)
        if known_sales and sales.average is not None
        else row.expected_monthly_sales
    )
    factor = Decimal(rules["receivables.credit_rating_factors"][place]) / 100
    base = row.monthly_sales or Decimal(0)
    row.limit_proposed = base_coins(base * rules["receivables.credit_months"] * factor)


def is_new(row: CreditAssessment, months: int) -> bool:
    """Fewer months of cooperation than the handbook asks for, or never supplied in the last twelve."""
    return row.sales_months == 0 or (row.date - row.customer.created_date).days < months * 30


def _first_limit(row: CreditAssessment) -> Decimal | None:
    if row.requested_limit is None or row.limit_proposed is None:
        return row.limit_proposed
    return min(row.requested_limit, row.limit_proposed)


def _judge(row: CreditAssessment) -> None:
    """What a person puts differently from the computation has a reason."""
    if row.special and not row.special_reason.strip():
        raise InvalidInput(_("Say why a rating above A is justified."), field="special_reason")
    if (
        row.limit is not None
        and row.limit_proposed is not None
        and row.limit > row.limit_proposed
        and not row.limit_reason.strip()
    ):
        raise InvalidInput(
            _("The computed limit is %(proposed)s; say why more is right.")
            % {"proposed": row.limit_proposed},
            field="limit_reason",
        )


@transaction.atomic
def edit_assessment(
    *,
    actor: Any,
    assessment: CreditAssessment,
    scores: Mapping[str, tuple[Decimal | None, str]],
    at: datetime,
    version: int | None = None,
    **fields: Any,
) -> CreditAssessment:
    """Scores and figures of a draft; ``scores`` maps a factor to its score and the reason where it differs.

    Raises ``InvalidInput`` (a score that differs without a reason), ``Conflict`` (not a draft, changed meanwhile).
    """
    require_right(actor, "edit", assessment)
    row = _draft(assessment, version=version)
    for name in set(fields) & set(FIELDS):
        setattr(row, name, fields[name])
    for line in row.lines:
        score, reason = scores.get(line["code"], (line["score"], line["reason"]))
        line["score"] = None if score in (None, "") else str(Decimal(str(score)).quantize(Decimal("0.01")))
        line["reason"] = reason.strip()[:300]
        if line["score"] != line["proposed"] and not line["reason"]:
            raise InvalidInput(
                _("Say why the score differs from the computed one."), field=f"reason_{line['code']}"
            )
    row.assessor = row.assessor or actor
    reckon(row)
    if row.limit is None:
        row.limit = _first_limit(row)
    _judge(row)
    row.version += 1
    row.save()
    _write("assessment_changed", row, actor=actor, at=at)
    return row


@transaction.atomic
def submit_assessment(*, actor: Any, assessment: CreditAssessment, at: datetime) -> CreditAssessment:
    """Hand it in: finance and the manager decide, above the handbook's limit or for a special rating the general manager, too."""
    require_right(actor, "edit", assessment)
    row = _draft(assessment)
    if row.limit is None:
        raise InvalidInput(
            _("Enter the limit."),
            field="limit",
            way_out=_("Without sales, say what a month is expected to bring."),
        )
    row.state, row.assessor = AssessmentState.SUBMITTED, row.assessor or actor
    row.version += 1
    row.save()
    _write("assessment_submitted", row, actor=actor, at=at)
    request, payload = open_request(row, KEY), _payload(row)
    if request is not None and request.state == RequestState.RETURNED:
        resubmit(actor=actor, at=at, request=request, payload=payload)
    else:
        start(actor=actor, at=at, obj=row, document_type=KEY, reason=row.note, payload=payload)
    return row


def _payload(row: CreditAssessment) -> dict[str, Any]:
    """Old and new values of the file, as any change of credit terms keeps them."""
    return payload_of(row.customer, changes_of(row), on=row.date)


def changes_of(row: CreditAssessment) -> dict[str, Any]:
    """What the file gets: the limit, and the terms where some were asked for."""
    terms = {"payment_term": row.payment_term} if row.payment_term_id else {}
    return {"credit_limit": row.limit, **terms}


def assessment_approved(row: CreditAssessment, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The last signature sets limit and terms of the file, by the door of every change of credit terms."""
    row.state, row.decided_at = AssessmentState.APPROVED, at
    row.valid_until = _until(timezone.localdate(at))
    row.version += 1
    row.save()
    _write("assessment_approved", row, actor=actor, at=at)
    set_credit_terms(
        lock_row(Customer.objects.all(), row.customer_id),
        changes_of(row),
        actor=actor,
        at=at,
        request=request,
    )


def _until(day: date) -> date:
    return day + timedelta(days=round(rule("receivables.assessment_months", on=day) * 365 / 12))


def assessment_rejected(row: CreditAssessment, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    row.state, row.decided_at = AssessmentState.REJECTED, at
    row.version += 1
    row.save()
    _write("assessment_rejected", row, actor=actor, at=at)


def assessment_back(row: CreditAssessment, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """Returned, withdrawn or void: a draft again."""
    row.state = AssessmentState.DRAFT
    row.version += 1
    row.save()


def _draft(assessment: CreditAssessment, version: int | None = None) -> CreditAssessment:
    row = lock_row(CreditAssessment.objects.select_related("customer"), assessment.pk)
    if row.state != AssessmentState.DRAFT:
        raise Conflict(_("Only a draft is changed or handed in."), way_out=_("Open a new assessment."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this assessment meanwhile."), way_out=_("Reload the page.")
        )
    return row


def _write(verb: str, row: CreditAssessment, *, actor: Any, at: datetime) -> None:
    data = {
        "customer": str(row.customer),
        "rating": row.rating,
        "limit": row.limit,
        "currency": row.customer.currency_id,
    }
    record(f"receivables.{verb}", row, row.customer, actor=actor, at=at, data=data)
