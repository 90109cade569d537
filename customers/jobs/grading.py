"""The review of grades at the beginning of each period, with a task for who decides (CUS-04)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import model_in_force
from customers.services.grading import propose_grades
from salesops.accounts.models import Team
from salesops.calendar.selectors import default_region, next_workday
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.work.services.tasks import task_for

JOB = "customers.grades"


def is_review_day(day: date) -> bool:
    """The first working day of a month of review."""
    if day.month not in rule("customers.grade_review_months", on=day):
        return False
    return day == next_workday(day.replace(day=1), default_region(day), including=True)


def review(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Compute every grade anew and give each head the task to decide about what changed."""

    def work(report: JobReport) -> None:
        if not is_review_day(business_date):
            return
        if model_in_force(business_date) is None:
            report.skipped(business_date, "customers.no_grade_model")
            return
        made = propose_grades(on=business_date, at=at)
        url = reverse("customers:customergrading_list")
        by_team = Counter(row.customer.team_id for row in made if row.customer.team_id)
        heads: Counter[Any] = Counter()
        for team in Team.objects.select_related("head", "parent__head").filter(pk__in=by_team):
            head = team.head or (team.parent.head if team.parent else None)
            if head is not None and head.is_active:
                heads[head] += by_team[team.pk]
        due = timezone.make_aware(
            datetime.combine(
                business_date + timedelta(days=rule("customers.grade_review_days", on=business_date)),
                time(18),
            )
        )
        for head, count in heads.items():
            task_for(
                f"customers.grades:{business_date.isoformat()}:{head.pk}",
                actor=None,
                at=at,
                title=str(_("Review of grades: %(count)s customers") % {"count": count})[:200],
                requirement=str(_("Accept or decide otherwise, with a reason: %(url)s") % {"url": url}),
                owner=head,
                due_at=due,
            )
            report.done(head, "customers.grades_proposed", url=url, count=count)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def register() -> None:
    title = _("Review of grades")
    explain = _(
        "Computes grade and class of all customers anew in the handbook's months, and asks leads to decide."
    )
    register_job(JobDefinition(JOB, title, explain, _("Daily"), review, from_time=time(5, 0)))
    register_reasons(
        {
            "customers.grades_proposed": _("Grades to decide about: %(count)s."),
            "customers.no_grade_model": _("No scoring model is in force."),
        }
    )
