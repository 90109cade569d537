"""The daily look at visits: who became late, whose month plan is missing, which plans begin (domain §13)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import PlanSpan, VisitPlanState
from customers.models import Customer, VisitPlan
from customers.selectors.customers import SELLERS
from customers.selectors.rhythm import due_by, late, with_due_date, without_plan
from customers.services.visit_plans import begin_plans
from salesops.accounts.models import RoleGrant, User
from salesops.accounts.selectors import active_people
from salesops.calendar.selectors import default_region, is_workday
from salesops.core.periods import Period
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify

JOB = "customers.visits"


def look_at_visits(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Begin plans; on working days tell who became late, and whose month plan is missing."""

    def work(report: JobReport) -> None:
        if began := begin_plans(on=business_date, at=at):
            report.done(business_date, "customers.plans_began", plans=began)
        if not is_workday(business_date, default_region(business_date)):
            return
        _tell_late(report, business_date)
        _tell_missing_plans(report, business_date)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _tell_late(report: JobReport, day: date) -> None:
    """One notice per owner with how many became late since the last working day, none of whom is planned."""
    last = day - timedelta(days=1)
    while not is_workday(last, default_region(last)) and (day - last).days < 14:
        last -= timedelta(days=1)
    owned = Customer.objects.filter(owner__is_active=True).select_related("owner__superior")
    fresh = late(owned, on=day).exclude(pk__in=due_by(owned, last - timedelta(days=1), on=day).values("pk"))
    _tell_owners(report, without_plan(fresh, on=day), "customers.visit_late", day)
    long = rule("customers.rhythm_escalate_days", on=day)
    first, before = day - timedelta(days=long + 1), last - timedelta(days=long + 1)
    rows = due_by(owned, first, on=day).exclude(pk__in=due_by(owned, before, on=day).values("pk"))
    _tell_owners(report, rows, "customers.visit_very_late", day, superior=True)


def _tell_owners(report: JobReport, rows: Any, kind: str, day: date, *, superior: bool = False) -> None:
    by_person: dict[User, list[Customer]] = defaultdict(list)
    for customer in with_due_date(rows, on=day).order_by("owner", "due_date", "pk"):
        person = customer.owner.superior if superior else customer.owner
        if person is not None and person.is_active:
            by_person[person].append(customer)
    for person, customers in by_person.items():
        url = reverse("customers:visit_due") + ("?due=late" if superior else f"?due=late&owner={person.pk}")
        data = {"count": len(customers), "first": str(customers[0])}
        notify(person, kind, f"{kind}:{day}", data, url, at=report.at)
        report.done(person, kind, url=url, count=len(customers))


def _tell_missing_plans(report: JobReport, day: date) -> None:
    """Reminds of the next month's plan from the handbook's day on; the superior once the month has begun.

    A company that writes no month plans is left alone.
    """
    if not VisitPlan.objects.filter(span=PlanSpan.MONTH, submitted_at__isnull=False).exists():
        return
    ahead = Period.month_of(day).next().start
    if ahead - day <= timedelta(days=rule("customers.visit_plan_days", on=day) + 4):
        for person in _without_plan(ahead, day):
            _remind(report, person, person, ahead, "customers.visit_plan_due")
    begun = Period.month_of(day).start
    if (day - begun).days < 7:
        for person in _without_plan(begun, day):
            _remind(report, person, person, begun, "customers.visit_plan_missing")
            if person.superior is not None and person.superior.is_active:
                _remind(report, person.superior, person, begun, "customers.visit_plan_missing")


def _without_plan(first: date, day: date) -> Any:
    """People of the sales line in post who have customers and no month plan handed in."""
    plans = VisitPlan.objects.filter(owner=OuterRef("pk"), span=PlanSpan.MONTH, from_date=first)
    written = plans.exclude(state__in=[VisitPlanState.DRAFT, VisitPlanState.RETURNED])
    sellers = RoleGrant.objects.in_force(day).filter(role__in=SELLERS).values("user")
    people = User.objects.filter(active_people(day), is_active=True, pk__in=sellers)
    people = people.filter(Exists(Customer.objects.filter(owner=OuterRef("pk"))))
    return people.filter(~Exists(written)).select_related("superior").order_by("pk")


def _remind(report: JobReport, told: User, person: User, first: date, kind: str) -> None:
    url = reverse("customers:visitplan_list") + f"?owner={person.pk}"
    if told.pk == person.pk and kind == "customers.visit_plan_due":
        url = reverse("customers:visitplan_create")
    data = {"month": f"{first:%Y-%m}", "person": str(person)}
    key = f"{kind}:{person.pk}:{first}"
    if notify(told, kind, key, data, url, at=report.at).created_at == report.at:
        report.done(told, kind, url=url, **data)


def register_visits() -> None:
    """Called when the app is ready."""
    register_job(
        JobDefinition(
            JOB,
            _("Visits due and plans missing"),
            _(
                "Accepted visit plans begin; owners hear which customers became late for a visit, superiors which "
                "are very late, and who has not handed in the plan of the month."
            ),
            _("Daily"),
            look_at_visits,
            from_time=time(7, 10),
        )
    )
    register_reasons(
        {
            "customers.plans_began": _("Visit plans that began: %(plans)s."),
            "customers.visit_late": _("Told of %(count)s customers late for a visit."),
            "customers.visit_very_late": _("Told as superior of %(count)s customers very late for a visit."),
            "customers.visit_plan_due": _("Reminded of the visit plan %(month)s."),
            "customers.visit_plan_missing": _("Told that %(person)s has no visit plan %(month)s."),
        }
    )
    register_kinds(
        NoticeKind(
            "customers.visit_late",
            _("Customers late for a visit: %(count)s"),
            _("The longest wait: %(first)s."),
            tone="attention",
            label=_("Customers late for a visit"),
        ),
        NoticeKind(
            "customers.visit_very_late",
            _("Customers of your people very late for a visit: %(count)s"),
            _("The longest wait: %(first)s."),
            tone="bad",
            label=_("Customers of your people very late for a visit"),
        ),
        NoticeKind(
            "customers.visit_plan_due",
            _("Write your visit plan for %(month)s."),
            label=_("Your visit plan is to be written"),
        ),
        NoticeKind(
            "customers.visit_plan_missing",
            _("%(person)s has not handed in the visit plan for %(month)s."),
            tone="attention",
            label=_("A visit plan was not handed in"),
        ),
    )
