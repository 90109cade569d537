"""What the beat asks every few minutes: what is not done yet? (quality §4: never "what time is it")."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import AskOffer, InvalidInput, NotAllowed
from salesops.core.events import publish
from salesops.core.policies import can
from salesops.jobs.errors import JobFailed
from salesops.jobs.events import JobRunAsked
from salesops.jobs.models import Heartbeat, JobRun, JobWatch, OutboxMessage
from salesops.jobs.registry import JobDefinition, jobs
from salesops.jobs.selectors import due_dates, tries_so_far
from salesops.jobs.services.outbox import enqueue
from salesops.jobs.services.runs import RunResult

log = logging.getLogger(__name__)
MAX_TRIES = 5  # tries of one day by itself; after that a person runs it again
PAUSE = timedelta(minutes=15)  # between two tries of a failed day


def run_due_jobs(*, at: datetime) -> list[tuple[str, date, str]]:
    """Run every day of every automatic job that is due and not done, in order.

    Returns (job, day, outcome) with outcome ``done``, ``already``, ``busy`` or ``failed``. A day that failed
    is tried again after a pause, a few times; a failure of one job never stops the others.
    """
    now = timezone.localtime(at)
    answer = []
    for definition in jobs:
        if definition.automatic:
            answer += _run_one(definition, definition.last_due(now), at=at)
    return answer


def _run_one(definition: JobDefinition, until: date, *, at: datetime) -> list[tuple[str, date, str]]:
    _watch(definition, until)
    tries = tries_so_far(definition.name)
    answer = []
    for day in due_dates(definition, until):
        if tries.get(day, 0) >= MAX_TRIES or _resting(definition.name, day, at=at):
            if definition.strict_order:
                break
            continue
        outcome = _attempt(definition, day, at=at)
        answer.append((definition.name, day, outcome))
        if outcome in ("failed", "busy") and definition.strict_order:
            break
    return answer


def _attempt(definition: JobDefinition, day: date, *, at: datetime) -> str:
    try:
        result = definition.run(day, actor=None, at=at, dry_run=False)
    except JobFailed:
        return "failed"  # recorded and told to people by run_job
    except Exception:
        log.exception("job %s for %s could not be started", definition.name, day)
        return "failed"
    return "already" if result.already else "busy" if result.busy else "done"


def _resting(job: str, day: date, *, at: datetime) -> bool:
    return JobRun.objects.filter(
        job=job, business_date=day, state=JobRun.State.FAILED, finished_at__gt=at - PAUSE
    ).exists()


def _watch(definition: JobDefinition, until: date) -> None:
    """Remember from which day on the job is looked after; the first time that is where it stands now."""
    if JobWatch.objects.filter(job=definition.name).exists():
        return
    due = due_dates(definition, until)
    first = due[0] if due else definition.latest_date(until)
    if first is not None:
        JobWatch.objects.get_or_create(job=definition.name, defaults={"from_date": first})


def _check(name: str, business_date: date, *, actor: Any, at: datetime) -> JobDefinition:
    if actor is not None and not can(actor, "run", JobRun):
        raise NotAllowed(
            _("You may not start jobs."),
            way_out=_("Ask a manager, finance or an administrator to run it."),
            release=AskOffer(
                _("Please run a job: %(name)s") % {"name": name},
                roles=("administrator", "manager", "finance"),
            ),
        )
    definition = jobs.get(name)
    if definition is None:
        raise InvalidInput(_("There is no job named “%(name)s”.") % {"name": name}, field="job")
    if business_date > timezone.localdate(at):
        raise InvalidInput(_("A job is not run for a day to come."), field="business_date")
    return definition


def run_now(name: str, business_date: date, *, actor: Any, at: datetime, dry_run: bool = False) -> RunResult:
    """Run, run again or preview a job by hand for a day. Raises ``NotAllowed``, ``InvalidInput``, ``JobFailed``."""
    definition = _check(name, business_date, actor=actor, at=at)
    result = definition.run(business_date, actor=actor, at=at, dry_run=dry_run)
    if actor is not None and result.run is not None and not (result.already or result.busy):
        with transaction.atomic():
            data = {"job": name, "day": business_date}
            record("jobs.job_run_by_hand", result.run, actor=actor, at=at, data=data)
    return result


@transaction.atomic
def ask_for_run(name: str, business_date: date, *, actor: Any, at: datetime) -> JobRun | None:
    """Have the worker run a job for a day and tell the actor when it has ended.

    Returns the record if the day is done already (then nothing is queued), else None.
    """
    _check(name, business_date, actor=actor, at=at)
    existing = JobRun.objects.filter(job=name, business_date=business_date).first()
    if existing and existing.state == JobRun.State.DONE:
        return existing
    tries = existing.attempts if existing else 0
    payload = {"job": name, "day": business_date.isoformat(), "actor": actor.pk}
    enqueue("run_job", f"run_job:{name}:{business_date}:{tries}:{at:%Y%m%d%H%M}", payload, at=at)
    return None


def run_asked(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    """Outbox handler ``run_job``: the run that a person asked for; a failure is on the run's record."""
    actor = User.objects.get(pk=payload["actor"])
    day = date.fromisoformat(payload["day"])
    try:
        run, done = run_now(payload["job"], day, actor=actor, at=at).run, True
    except JobFailed as error:
        run, done = JobRun.objects.get(pk=error.figures["run"]), False
    if run is not None:
        publish(JobRunAsked(run_id=run.pk, actor_id=actor.pk, done=done, at=at))


def beat_heard(*, at: datetime) -> None:
    """Write that the beat is alive; ``/readyz`` reads its age."""
    Heartbeat.objects.update_or_create(name="beat", defaults={"at": at})
