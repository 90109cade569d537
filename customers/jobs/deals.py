"""The daily look at leads and deals that nobody moves (OPP-08, domain §13): the owner is told, then the superior."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import Lead, Opportunity
from customers.selectors.deals import idle_leads, overdue_deals, stalled_deals
from customers.services.lead_pool import return_idle_leads
from customers.services.opportunities import settle_deal_teams
from salesops.accounts.models import User
from salesops.calendar.selectors import default_region, is_workday
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify

JOB = "customers.pipeline"
LATER = 7  # days after which the superior is told of what the owner was told


def look_after(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """On work days: tell of idle leads and deals; every day: give leads that lie about back to the pool."""

    def work(report: JobReport) -> None:
        settle_deal_teams(on=business_date)
        _return_leads(report)
        if not is_workday(business_date, default_region(business_date)):
            return
        _idle_leads(report)
        _overdue_deals(report)
        _stalled_deals(report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _return_leads(report: JobReport) -> None:
    days = rule("customers.lead_return_days", on=report.business_date)
    for lead, owner in return_idle_leads(on=report.business_date, at=report.at):
        data = {"name": lead.name, "days": days}
        key = f"lead_returned:{lead.pk}:{report.business_date}"
        _tell([owner], "customers.lead_returned", key, data, lead, report)


def _idle_leads(report: JobReport) -> None:
    rows = idle_leads(Lead.objects.filter(owner__isnull=False), on=report.business_date)
    for lead in rows.select_related("owner__superior").order_by("pk"):
        data = {"name": lead.name, "owner": lead.owner.name, "last_date": lead.touched_date.isoformat()}
        _twice("customers.lead_idle", lead, lead.owner, lead.touched_date, data, report)


def _overdue_deals(report: JobReport) -> None:
    rows = overdue_deals(Opportunity.objects.all(), on=report.business_date)
    for deal in rows.select_related("owner__superior").order_by("pk"):
        day = deal.next_step_on
        data = {
            "title": deal.title,
            "owner": deal.owner.name,
            "step": deal.next_step,
            "due_date": day.isoformat(),
        }
        _twice("customers.deal_idle", deal, deal.owner, day, data, report)


def _stalled_deals(report: JobReport) -> None:
    rows = stalled_deals(Opportunity.objects.all(), on=report.business_date)
    for deal in rows.select_related("owner__superior").order_by("pk"):
        day = deal.stage_since
        data = {"title": deal.title, "owner": deal.owner.name, "since_date": day.isoformat()}
        key = f"deal_stalled:{deal.pk}:{day}"
        people = [deal.owner, deal.owner.superior]
        _tell(people, "customers.deal_stalled", key, data, deal, report)


def _twice(
    kind: str, subject: Any, owner: User, since: date, data: dict[str, Any], report: JobReport
) -> None:
    """The owner at once; the superior when it is still so days later."""
    key = f"{kind}:{subject.pk}:{since}"
    people = [owner]
    if (report.business_date - since).days >= LATER:
        people.append(owner.superior)
    _tell(people, kind, key, data, subject, report)


def _tell(
    people: list[User | None], kind: str, key: str, data: dict[str, Any], subject: Any, report: JobReport
) -> None:
    url = subject.get_absolute_url()
    present = [person for person in people if person is not None and person.is_active]
    if not present:
        report.skipped(subject, "customers.nobody_in_post", url=url)
        return
    told = [p for p in present if notify(p, kind, key, data, url, at=report.at).created_at == report.at]
    if told:
        report.done(subject, kind, url=url, to=", ".join(map(str, told)))
    else:
        report.skipped(subject, "customers.told_already", url=url)


def register() -> None:
    """Called when the app is ready."""
    register_job(
        JobDefinition(
            JOB,
            _("Leads and opportunities that nobody moves"),
            _(
                "Tells owners, then superiors, of leads nobody works on and of opportunities past their next step or standing "
                "still; puts leads that lie about back into the pool."
            ),
            _("Daily"),
            look_after,
            from_time=time(7, 30),
        )
    )
    register_reasons(
        {
            "customers.lead_returned": _("went back to the pool; told %(to)s"),
            "customers.lead_idle": _("nobody works on it; told %(to)s"),
            "customers.deal_idle": _("past its next step; told %(to)s"),
            "customers.deal_stalled": _("stands still; told %(to)s"),
            "customers.told_already": _("everybody concerned was told before"),
            "customers.nobody_in_post": _("nobody in post is responsible for it"),
        }
    )
