"""The daily run of collection: judge promises, open and close cases, propose the next step, set people to work.

Set-based: ``sql/collection.sql`` says what is overdue and how far each item has come, ``collection_cases.sql`` keeps the
cases, ``collection_judged.sql`` finds the next step or the reason why there is none; it is counted and shown
(``collection_read.sql``) or written (``collection_write.sql``). Domain §7, REC-03.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from customers.choices import CustomerClass
from customers.models import Contact, Customer
from customers.selectors import family_of
from receivables.choices import LadderLevel, LetterWay, StepChannel, StepState
from receivables.models import CollectionCase, CollectionStep
from receivables.selectors.collection import people_with
from receivables.services.collection_effects import lift_outlived
from receivables.services.letters import send_letter
from receivables.services.limitation import warn_of_limitation
from receivables.services.plans import judge_plans
from receivables.services.promises import judge_promises
from salesops.accounts.models import User
from salesops.audit.services import record_many
from salesops.calendar.selectors import next_workday
from salesops.core.choices import Role
from salesops.core.locking import lock_rows
from salesops.handbook.selectors import rule
from salesops.jobs.models import JobRun
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.services import notify
from salesops.work.models import Task

JOB = "collect"
SQL = Path(__file__).resolve().parent.parent / "sql"
SHOWN = 300
QUIET = ("already_proposed", "not_yet", "too_soon", "last_level")  # counted, not told one by one


@dataclass(frozen=True)
class ChaseLine:
    """One customer who is chased (``reason`` empty), or one item that is not, and why. Amount in base currency."""

    reason: str
    subject: str
    customer: str
    level: int
    channel: str
    person: str
    days: int
    amount: Decimal
    customer_id: int

    @property
    def level_words(self) -> str:
        return str(LadderLevel(self.level).label)

    @property
    def channel_words(self) -> str:
        return str(StepChannel(self.channel).label) if self.channel else ""


@dataclass(frozen=True)
class ChasePreview:
    """What a run would do: lines by reason ("" is done) with their number and sum, and the first of them."""

    counts: tuple[tuple[str, int, Decimal], ...]
    lines: tuple[ChaseLine, ...]

    @property
    def done(self) -> int:
        return next((count for reason, count, _sum in self.counts if not reason), 0)


def run_collection(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Collect for a day, once. With ``dry_run`` the same is counted and nothing is kept or sent.

    Raises ``JobFailed``; then nothing of the run was kept.
    """

    def work(report: JobReport) -> None:
        judge_promises(on=business_date, at=at)
        judge_plans(on=business_date, at=at)
        warn_of_limitation(on=business_date, at=at)
        renew_cases(on=business_date, at=at)
        if dry_run:
            _into_report(report, preview(business_date))
        else:
            _do(report, on=business_date, at=at)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


@functools.cache
def _sql(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


def _parameters(on: date, *, at: datetime | None = None, customer: int | None = None, **more: Any) -> dict:
    """The rules in force on the day, as the statements' parameters."""
    lawyer = people_with(Role.LEGAL, on).first() if "run" in more or "limit" in more else None
    return {
        "on": on,
        "at": at,
        "customer": customer,
        "family": family_of(Customer.objects.get(pk=customer)) if customer else None,
        "classes": list(CustomerClass.values),
        "reopen_from": on - timedelta(days=rule("receivables.case_reopen_days", on=on)),
        "grace": rule("receivables.promise_grace_days", on=on),
        "unallocated_percent": rule("receivables.chase_unallocated_percent", on=on),
        "due": next_workday(on, including=True),
        "lawyer": lawyer.pk if lawyer else None,
        "lawyer_name": lawyer.username if lawyer else "",
        "waiting": True,
        **more,
    }


def renew_cases(*, on: date, at: datetime, customer: int | None = None) -> dict[str, list[int]]:
    """Bring cases in line with what is overdue: of all customers (then new ones are opened), or of one.

    Answers the keys of the cases that were opened, reopened and closed.
    """
    parameters = _parameters(on, at=at, customer=customer, may_open=customer is None)
    with connection.cursor() as cursor:
        cursor.execute(_sql("collection.sql") + _sql("collection_cases.sql"), parameters)
        found = cursor.fetchall()
    changed: dict[str, list[int]] = {"opened": [], "reopened": [], "closed": []}
    for what, key in found:
        changed[what].append(key)
    for what, keys in changed.items():
        _tell_timeline(f"receivables.case_{what}", keys, at=at)
    if changed["closed"]:
        CollectionStep.objects.filter(case__in=changed["closed"], state=StepState.PROPOSED).update(
            state=StepState.DROPPED, proof=_("nothing is overdue any more")
        )
    lift_outlived(at=at, customer=customer)
    return changed


def _tell_timeline(verb: str, keys: list[int], *, at: datetime) -> None:
    rows = CollectionCase.objects.filter(pk__in=keys).select_related("customer").order_by("pk")
    if keys:
        record_many(
            verb, (((row, row.customer), {"customer": str(row.customer)}) for row in rows), actor=None, at=at
        )


def preview(
    on: date, *, customer: int | None = None, limit: int | None = SHOWN, waiting: bool = True
) -> ChasePreview:
    """What the run of a day would do with the cases as they are; nothing is written.

    Without ``waiting`` steps that wait already are as if they did not: what is due then.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("collection.sql") + _sql("collection_judged.sql") + _sql("collection_read.sql"),
            _parameters(on, customer=customer, limit=limit, waiting=waiting),
        )
        found = cursor.fetchall()
    counts = tuple((row[0], row[1], row[8]) for row in found if row[1] is not None)
    lines = tuple(ChaseLine(row[0], *row[2:]) for row in found if row[1] is None)
    return ChasePreview(counts, lines)


def _into_report(report: JobReport, found: ChasePreview) -> None:
    report.figures["done"] = found.done
    report.figures["skipped"] = sum(count for reason, count, _sum in found.counts if reason)
    for line in found.lines:
        data = {
            "customer": line.customer,
            "level": line.level,
            "person": line.person,
            "days": line.days,
            "items": 0,
        }
        if line.reason:
            report.skipped(line.subject, f"receivables.chase_{line.reason}", **data)
        else:
            report.done(line.subject, f"receivables.step_{line.channel}", **data)


def _do(report: JobReport, *, on: date, at: datetime) -> None:
    run = JobRun.objects.filter(job=JOB, business_date=on, state=JobRun.State.RUNNING).first()
    case_url, item_url = reverse("receivables:collectioncase_list"), reverse("receivables:receivable_list")
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("collection.sql") + _sql("collection_judged.sql") + _sql("collection_write.sql"),
            _parameters(on, at=at, run=run.pk if run else None, url=case_url, item_url=item_url),
        )
        figures = dict(cursor.fetchall())
    report.figures["done"] = figures.pop("steps", 0)
    report.figures["items"] = figures.pop("items", 0)
    report.figures["skipped"] = sum(figures.values())
    report.figures["letters"] = _send_by_itself(on=on, at=at)
    steps = CollectionStep.objects.filter(date=on, state=StepState.PROPOSED, person__isnull=False)
    give_tasks(steps, at=at)
    tell_people(steps, on=on, at=at)


def _send_by_itself(*, on: date, at: datetime) -> int:
    """Letters of levels that need nobody, to customers whose main contact has an address; the others wait for a person."""
    steps = CollectionStep.objects.filter(
        date=on, state=StepState.PROPOSED, channel=StepChannel.LETTER, policy_level__automatic=True
    ).select_related("case")
    addresses = dict(
        Contact.objects.filter(customer__in=steps.values("case__customer"), is_primary=True, left=False)
        .exclude(email="")
        .values_list("customer", "email")
    )
    sent = 0
    for step in steps.order_by("pk"):
        address = addresses.get(step.case.customer_id)
        if address:
            send_letter(actor=None, case=step.case, way=LetterWay.MAIL, address=address, at=at)
            sent += 1
    return sent


def give_tasks(steps: Any, *, at: datetime) -> int:
    """A task for each call, visit and hand-over: of its person, due on its day; once a step."""
    kind = ContentType.objects.get_for_model(CollectionCase)
    waiting = steps.exclude(channel=StepChannel.LETTER).select_related("case__customer", "person")
    tasks = [
        Task(
            title=task_title(step.get_channel_display(), str(step.case))[:200],
            requirement=str(step.get_level_display()),
            owner=step.person,
            team_id=step.case.team_id,
            due_at=timezone.make_aware(datetime.combine(step.due_date, time(18))),
            cause=f"collection-step:{step.pk}",
            subject_type=kind,
            subject_id=step.case_id,
        )
        for step in waiting
    ]
    with transaction.atomic():
        Task.objects.bulk_create(tasks, ignore_conflicts=True, batch_size=2000)
    return len(tasks)


def task_title(what: str, customer: str) -> str:
    """What a task of the ladder is called, in the active language."""
    return _("%(what)s: %(customer)s") % {"what": what, "customer": customer}


@functools.cache
def _written() -> tuple[dict[str, StepChannel], dict[str, LadderLevel]]:
    """How titles of tasks of the ladder begin, and their requirements, in every language of the program."""
    titles, levels = {}, {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            titles |= {task_title(str(way.label), ""): way for way in StepChannel}
            levels |= {str(level.label): level for level in LadderLevel}
    return titles, levels


def step_told(title: str, requirement: str) -> tuple[str, str]:
    """Title and requirement of a task of the ladder in the reader's language; what somebody has changed stays."""
    titles, levels = _written()
    begun = next((begin for begin in titles if title.startswith(begin)), None)
    if begun is not None:
        title = task_title(str(titles[begun].label), title.removeprefix(begun))
    return title, str(levels[requirement].label) if requirement in levels else requirement


def tell_people(steps: Any, *, on: date, at: datetime) -> None:
    """One notice a day for each person, however many customers are to be chased."""
    by_person: dict[int, int] = {}
    for key in steps.order_by().values_list("person_id", flat=True):
        by_person[key] = by_person.get(key, 0) + 1
    path = reverse("receivables:collectioncase_list")
    for person in people(by_person):
        data = {"count": by_person[person.pk]}
        notify(person, "receivables.chase", f"receivables.chase:{on}", data, f"{path}?turn=mine", at=at)


def people(keys: Iterable[int]) -> Any:
    return User.objects.filter(pk__in=list(keys)).order_by("pk")


def renew_case_of(customer_id: int, *, at: datetime) -> None:
    """Money of a customer moved: its case, if it has one that still counts, is closed, reopened or brought up to date."""
    on = timezone.localdate(at)
    kept = (
        Customer.objects.filter(pk=customer_id).values_list("merged_into", flat=True).first() or customer_id
    )
    counts = Q(closed_date__isnull=True) | Q(
        closed_date__gte=on - timedelta(days=rule("receivables.case_reopen_days", on=on))
    )
    cases = CollectionCase.objects.filter(counts, customer=kept).order_by("pk").values_list("pk", flat=True)
    if lock_rows(CollectionCase.objects.all(), cases):  # whoever comes second counts what the first has paid
        renew_cases(on=on, at=at, customer=kept)
