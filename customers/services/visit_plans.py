"""Visit plans: written, handed in, accepted by the superior, looked back on and reviewed (VIS-01, domain §3.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import VISIT_PLAN_MOVES, PlanSpan, VisitKind, VisitPlanState, VisitState
from customers.merging import moves
from customers.models import Customer, Visit, VisitPlan, VisitPlanLine
from customers.services.visits import plan_visit
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, document_types, register
from salesops.approvals.routing import look_at
from salesops.approvals.selectors import open_request
from salesops.approvals.services import resubmit, start
from salesops.audit.services import record
from salesops.core.errors import Conflict, Duplicate, InvalidInput, NotAllowed
from salesops.core.locking import advisory_lock, lock_row
from salesops.core.periods import Period
from salesops.core.policies import can
from salesops.ui.marks import exact_date

KEY = "customers.visit_plan"
_LABELS = dict(VisitPlanState.choices)
OPEN = (VisitPlanState.DRAFT, VisitPlanState.RETURNED)
MOST_LINES = 200
SHOWN_LINES = 60


@dataclass(frozen=True)
class PlanLine:
    """One intended visit as written in a form."""

    customer: Customer
    date: date
    purpose: str
    kind: str = VisitKind.VISIT
    expected_result: str = ""
    planned_minutes: int | None = None


def span_of(span: str, day: date) -> tuple[date, date]:
    """First and last day of the month or the week (from Monday) that ``day`` lies in."""
    if span == PlanSpan.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    month = Period.month_of(day)
    return month.start, month.end


@transaction.atomic
def write_plan(
    *,
    actor: User,
    at: datetime,
    owner: User,
    span: str,
    day: date,
    lines: Sequence[PlanLine],
    note: str = "",
    plan: VisitPlan | None = None,
    version: int | None = None,
) -> VisitPlan:
    """Write a new plan for the month or week of ``day``, or rewrite a draft or returned ``plan``.

    Raises ``InvalidInput`` for days outside of it or customers twice on a day, ``Duplicate`` when the person has
    a plan for that span, ``NotAllowed`` for customers out of reach.
    """
    first, last = span_of(span, day) if plan is None else (plan.from_date, plan.to_date)
    if last < timezone.localdate(at):
        raise InvalidInput(_("A plan is written for days to come."), field="day")
    check_lines(actor, lines, first, last)
    if plan is None:
        row = _new_plan(actor, owner=owner, span=span, first=first, last=last, note=note)
    else:
        row = locked_plan(plan, actor, "edit", version)
        still_written(row)
        save_plan(row, note=note.strip())
        row.lines.all().delete()
    VisitPlanLine.objects.bulk_create(
        VisitPlanLine(
            plan=row,
            position=number,
            customer=line.customer,
            date=line.date,
            kind=line.kind,
            purpose=line.purpose.strip(),
            expected_result=line.expected_result.strip(),
            planned_minutes=line.planned_minutes,
        )
        for number, line in enumerate(sorted(lines, key=lambda line: line.date), 1)
    )
    record("customers.visit_plan_written", row, actor=actor, at=at, data=plan_facts(row, visits=len(lines)))
    return row


def still_written(plan: VisitPlan) -> None:
    """``Conflict`` once a plan was handed in."""
    if plan.state not in OPEN:
        raise Conflict(
            _("This plan is “%(state)s”; it is not changed any more.") % {"state": plan.get_state_display()},
            way_out=_("Plan further visits, or move and call off the planned ones one by one."),
        )


def check_lines(actor: User, lines: Sequence[PlanLine], first: date, last: date) -> None:
    """Days inside of the span, nobody twice a day, customers within reach; ``InvalidInput`` or ``NotAllowed``."""
    if len(lines) > MOST_LINES:
        raise InvalidInput(_("A plan has at most %(most)s visits.") % {"most": MOST_LINES}, field="lines")
    seen = set()
    for line in lines:
        if not first <= line.date <= last:
            raise InvalidInput(
                _("%(customer)s: the day lies outside of the plan (%(first)s to %(last)s).")
                % {"customer": line.customer, "first": exact_date(first), "last": exact_date(last)},
                field="lines",
                way_out=_("Move these visits, strike them out, or choose the other span."),
            )
        if (line.customer.pk, line.date) in seen:
            raise InvalidInput(
                _("%(customer)s stands twice on the same day.") % {"customer": line.customer}, field="lines"
            )
        seen.add((line.customer.pk, line.date))
        if not can(actor, "plan_visit", line.customer):
            raise NotAllowed(_("You may plan visits only to your own customers or those of your team."))


def _new_plan(actor: User, *, owner: User, span: str, first: date, last: date, note: str) -> VisitPlan:
    plan = VisitPlan(
        owner=owner,
        team=team_on(owner, first),
        span=span,
        from_date=first,
        to_date=last,
        note=note.strip(),
        created_by=actor,
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:
        existing = VisitPlan.objects.filter(owner=owner, span=span, from_date=first).first()
        if existing is None:
            raise
        raise Duplicate(
            _("There is a plan for this span already."), way_out=_("Open that one."), existing=existing.pk
        ) from None
    if not can(actor, "edit", plan):
        raise NotAllowed(_("You may write plans only for yourself or your team."), field="owner")
    return plan


@transaction.atomic
def submit_plan(*, actor: User, at: datetime, plan: VisitPlan, version: int | None = None) -> VisitPlan:
    """Hand a plan in: the superior is asked. Where the flow asks nobody it is accepted at once."""
    row = locked_plan(plan, actor, "submit", version)
    VISIT_PLAN_MOVES.require(row.state, VisitPlanState.SUBMITTED, labels=_LABELS)
    if not row.lines.exists():
        raise InvalidInput(_("Write at least one visit down first."))
    if row.lines.filter(date__lt=timezone.localdate(at)).exists():
        raise InvalidInput(
            _("A visit is planned for today or later."),
            way_out=_("Move the days that have passed meanwhile."),
        )
    waiting = open_request(row, KEY)
    save_plan(row, state=VisitPlanState.SUBMITTED, submitted_at=at)
    record("customers.visit_plan_submitted", row, actor=actor, at=at, data=plan_facts(row))
    if waiting is not None:
        resubmit(actor=actor, at=at, request=waiting)
    elif look_at(document_types[KEY], row, at=at).route is None:
        accept(row, actor=actor, at=at)
    else:
        start(actor=actor, at=at, obj=row, document_type=KEY)
    return row


def accept(plan: VisitPlan, *, actor: Any, at: datetime, request: ApprovalRequest | None = None) -> None:
    """The lines of an accepted plan become planned visits; days that passed meanwhile are planned for today.

    A visit that another plan or somebody by hand has put on that day already is not made twice: both plans count it.
    A file that was merged meanwhile is visited under the name that was kept; one in the public pool is not.
    """
    row = lock_row(VisitPlan.objects.select_related("owner"), plan.pk)
    VISIT_PLAN_MOVES.require(row.state, VisitPlanState.ACCEPTED, labels=_LABELS)
    today = timezone.localdate(at)
    advisory_lock(f"customers.visit_plans:{row.owner_id}")  # the plans of month and week at the same moment
    lines = list(
        row.lines.filter(visit__isnull=True).select_related("customer__merged_into", "customer__owner")
    )
    for line in lines:
        day, customer = max(line.date, today), line.customer.merged_into or line.customer
        if customer.owner_id is None:
            continue  # it went to the public pool meanwhile: whoever takes it plans anew
        line.visit = _meant_already(row.owner, customer, day) or plan_visit(
            actor=None,
            at=at,
            customer=customer,
            owner=row.owner,
            planned_date=day,
            kind=line.kind,
            purpose=line.purpose,
        )
        line.save(update_fields=["visit"])
    save_plan(row, state=VisitPlanState.ACCEPTED, accepted_at=at)
    record("customers.visit_plan_accepted", row, actor=actor, at=at, data=plan_facts(row, visits=len(lines)))


def _meant_already(owner: User, customer: Customer, day: date) -> Visit | None:
    """The visit to this customer that was planned for this day already, by hand or by a plan of month or week."""
    rows = Visit.objects.filter(owner=owner, customer=customer, planned_date=day)
    return rows.exclude(state=VisitState.CANCELLED).order_by("-state", "pk").first()


def give_back(plan: VisitPlan, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The superior does not accept it as it is: it is written anew and handed in again."""
    row = lock_row(VisitPlan.objects.all(), plan.pk)
    VISIT_PLAN_MOVES.require(row.state, VisitPlanState.RETURNED, labels=_LABELS)
    save_plan(row, state=VisitPlanState.RETURNED)
    record("customers.visit_plan_returned", row, actor=actor, at=at, data=plan_facts(row))


def take_back(plan: VisitPlan, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The request was withdrawn or is void: the plan is a draft again."""
    row = lock_row(VisitPlan.objects.all(), plan.pk)
    if row.state in (VisitPlanState.SUBMITTED, VisitPlanState.RETURNED):
        save_plan(row, state=VisitPlanState.DRAFT)


@transaction.atomic
def check_plan(
    *, actor: User, at: datetime, plan: VisitPlan, self_check: str, version: int | None = None
) -> VisitPlan:
    """Whose plan it is writes down what became of it, at its end."""
    row = locked_plan(plan, actor, "check", version)
    VISIT_PLAN_MOVES.require(row.state, VisitPlanState.SELF_CHECKED, labels=_LABELS)
    if not self_check.strip():
        raise InvalidInput(_("Write down what came of it."), field="self_check")
    save_plan(row, state=VisitPlanState.SELF_CHECKED, self_check=self_check.strip())
    record("customers.visit_plan_checked", row, actor=actor, at=at, data=plan_facts(row))
    return row


@transaction.atomic
def review_plan(
    *, actor: User, at: datetime, plan: VisitPlan, review: str, version: int | None = None
) -> VisitPlan:
    """The superior reviews plan, visits and look back."""
    row = locked_plan(plan, actor, "review", version)
    VISIT_PLAN_MOVES.require(row.state, VisitPlanState.REVIEWED, labels=_LABELS)
    if not review.strip():
        raise InvalidInput(_("Write your review."), field="review")
    save_plan(row, state=VisitPlanState.REVIEWED, review=review.strip(), reviewed_by=actor)
    record("customers.visit_plan_reviewed", row, actor=actor, at=at, data=plan_facts(row))
    return row


def begin_plans(*, on: date, at: datetime) -> int:
    """Accepted plans whose first day has come are being carried out. How many began."""
    due = VisitPlan.objects.filter(state=VisitPlanState.ACCEPTED, from_date__lte=on)
    rows = list(due.order_by("pk").select_for_update(of=("self",)))
    for row in rows:
        save_plan(row, state=VisitPlanState.EXECUTING)
        record("customers.visit_plan_began", row, actor=None, at=at, data=plan_facts(row))
    return len(rows)


def locked_plan(plan: VisitPlan, actor: User, verb: str, version: int | None) -> VisitPlan:
    """The plan, locked, for one who may; ``Conflict`` when it is not the version that was read."""
    row = lock_row(VisitPlan.objects.select_related("owner"), plan.pk)
    if not can(actor, verb, row):
        raise NotAllowed(_("Who writes a plan hands it in and looks back on it; the superior reviews it."))
    if version is not None and row.version != version:
        raise Conflict(
            _("Somebody else has changed this plan meanwhile."),
            way_out=_("Reload the page, look at the change and enter yours again."),
        )
    return row


def save_plan(row: VisitPlan, **values: Any) -> None:
    """Save with the next version."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def plan_facts(plan: VisitPlan, **more: Any) -> dict[str, Any]:
    """What the timeline tells of a plan."""
    return {"plan": plan.period_code} | more


def facts(plan: VisitPlan, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the superior sees of a plan and what the conditions of the flow test."""
    lines = list(plan.lines.select_related("customer"))
    listed = [f"{line.date:%m-%d} {line.customer}: {line.purpose}" for line in lines[:SHOWN_LINES]]
    return {
        "person": str(plan.owner),
        "from": plan.from_date,
        "to": plan.to_date,
        "visits": len(lines),
        "customers": len({line.customer_id for line in lines}),
        "plan": "; ".join(listed),
    }


LABELS = {
    "person": _("person"),
    "from": _("from"),
    "to": pgettext_lazy("date", "to"),
    "visits": _("visits"),
    "customers": _("customers"),
    "plan": _("visit plan"),
}


def _not_ready(plan: VisitPlan) -> str:
    return (
        ""
        if plan.state == VisitPlanState.SUBMITTED
        else str(_("Only a plan that was handed in is accepted."))
    )


def register_kind() -> None:
    moves("customers.Reception.customer", "one timeline of contacts; a reception keeps who held it")
    register(
        DocumentType(
            KEY,
            "customers.VisitPlan",
            _("Visit plan"),
            facts=facts,
            labels=LABELS,
            brief=("visits", "customers"),
            may_request="submit",
            applicant=lambda plan: plan.owner,
            team=lambda plan: plan.team,
            on_approved=accept,
            on_returned=give_back,
            on_rejected=give_back,
            on_ended=take_back,
            not_ready=_not_ready,
            clause="customers.visit_plan_days",
        )
    )
