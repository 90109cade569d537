"""The daily look at market studies and partners: reports of the schedule are asked for, what is due is told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.choices.research import StudyState
from customers.models import MarketStudy, Partner
from customers.selectors.customers import SELLERS
from customers.services.studies import ask_of_team, due_of
from salesops.accounts.models import RoleGrant, Team
from salesops.handbook.selectors import rule
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify

JOB = "customers.research"
AHEAD = 3  # days before a report is due on which its writer hears of it


def look_at_research(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Ask the teams for the reports of the month, tell of reports and talks that are due."""

    def work(report: JobReport) -> None:
        _ask_teams(report)
        _tell_reports(report)
        _tell_talks(report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _ask_teams(report: JobReport) -> None:
    first = report.business_date.replace(day=1)
    if first.month not in rule("customers.study_months", on=first) or report.business_date > due_of(first):
        return
    sellers = RoleGrant.objects.in_force(report.business_date).filter(role__in=SELLERS).values("user")
    teams = Team.objects.filter(is_active=True, head__is_active=True, head__in=sellers)
    for team in teams.select_related("head").order_by("pk"):
        study = ask_of_team(at=report.at, team=team, first=first, due=due_of(first))
        if study is not None:
            _tell(report, study.owner, "customers.study_asked", study)


def _tell_reports(report: JobReport) -> None:
    """The writer some days ahead; writer and superior once the day has passed."""
    day = report.business_date
    open_ones = MarketStudy.objects.filter(state=StudyState.PLANNED).select_related("owner__superior")
    for study in open_ones.filter(due_on__range=(day, day + timedelta(days=AHEAD))).order_by("pk"):
        _tell(report, study.owner, "customers.study_due", study)
    for study in open_ones.filter(due_on__range=(day - timedelta(days=30), day - timedelta(days=1))).order_by(
        "pk"
    ):
        for person in filter(None, (study.owner, study.owner.superior)):
            _tell(report, person, "customers.study_late", study)


def _tell(report: JobReport, person: Any, kind: str, study: MarketStudy) -> None:
    if not person.is_active:
        return
    url = study.get_absolute_url()
    data = {"subject": study.subject, "due_date": study.due_on.isoformat(), "author": study.owner.name}
    if notify(person, kind, f"{kind}:{study.pk}", data, url, at=report.at).created_at == report.at:
        report.done(study, kind, url=url, to=str(person))


def _tell_talks(report: JobReport) -> None:
    due = Partner.objects.filter(is_active=True, next_talk_on__lte=report.business_date)
    for partner in due.select_related("owner").order_by("pk"):
        url, kind = partner.get_absolute_url(), "customers.partner_due"
        data = {"name": partner.name, "due_date": partner.next_talk_on.isoformat()}
        key = f"{kind}:{partner.pk}:{partner.next_talk_on}"
        if not partner.owner.is_active:
            report.skipped(partner, "customers.nobody_in_post", url=url)
        elif notify(partner.owner, kind, key, data, url, at=report.at).created_at == report.at:
            report.done(partner, kind, url=url, to=str(partner.owner))


def register() -> None:
    """Called when the app is ready."""
    register_job(
        JobDefinition(
            JOB,
            _("Market reports and talks with partners"),
            _("Asks teams for the market analysis of the schedule, tells of reports and talks that are due."),
            _("Daily"),
            look_at_research,
            from_time=time(7, 40),
        )
    )
    register_reasons(
        {
            "customers.study_asked": _("asked for; told %(to)s"),
            "customers.study_due": _("due soon; told %(to)s"),
            "customers.study_late": _("overdue; told %(to)s"),
            "customers.partner_due": _("a talk is due; told %(to)s"),
        }
    )
    register_kinds(
        NoticeKind(
            "customers.study_asked",
            _("Your team is asked for a market analysis: %(subject)s"),
            _("The report is due on %(due_date)s."),
            label=_("A market analysis is asked for"),
        ),
        NoticeKind(
            "customers.study_due",
            _("The report on “%(subject)s” is due on %(due_date)s"),
            tone="attention",
            label=_("A market report is due soon"),
        ),
        NoticeKind(
            "customers.study_late",
            _("The report on “%(subject)s” of %(author)s is overdue"),
            _("It was due on %(due_date)s."),
            tone="bad",
            label=_("A market report is overdue"),
        ),
        NoticeKind(
            "customers.study_reported",
            _("%(author)s handed in the market report “%(subject)s”; please review it"),
            label=_("A market report is to be reviewed"),
        ),
        NoticeKind(
            "customers.study_returned",
            _("%(by)s gave your market report “%(subject)s” back"),
            _("“%(words)s”"),
            tone="attention",
            label=_("Your market report was given back"),
        ),
        NoticeKind(
            "customers.partner_due",
            _("Talk to the partner %(name)s"),
            _("It was due on %(due_date)s."),
            tone="attention",
            label=_("A talk with a partner is due"),
        ),
    )
