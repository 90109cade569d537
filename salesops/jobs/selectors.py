"""What is due, what failed, and when the beat was last heard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from salesops.jobs.models import Heartbeat, JobRun, JobWatch, OutboxMessage
from salesops.jobs.registry import JobDefinition, jobs


def due_dates(job: str | JobDefinition, until: date) -> list[date]:
    """The business dates of a job not done yet up to ``until``, each once, in order.

    Counting starts where the job began to be looked after (``JobWatch``), else after its last done day,
    else with the newest business date. So a beat that was down for three days finds three days here, and a
    day run by hand for the distant past does not call up the years since.
    """
    definition = jobs[job] if isinstance(job, str) else job
    return _due(definition, until, _watched().get(definition.name), _done_days()[definition.name])


def _due(definition: JobDefinition, until: date, watched: date | None, done: set[date]) -> list[date]:
    past = max((day for day in done if day <= until), default=None)
    first = watched or past or definition.latest_date(until)
    if first is None:
        return []
    return [day for day in definition.business_dates(first, until) if day not in done]


def _watched() -> dict[str, date]:
    return dict(JobWatch.objects.values_list("job", "from_date"))


def _done_days() -> defaultdict[str, set[date]]:
    """The days done of every job: one row per job and day, a few thousand in a year."""
    days: defaultdict[str, set[date]] = defaultdict(set)
    for job, day in JobRun.objects.filter(state=JobRun.State.DONE).values_list("job", "business_date"):
        days[job].add(day)
    return days


@dataclass(frozen=True)
class JobLine:
    """A job on the page of jobs: its last run and what is due."""

    definition: JobDefinition
    last: JobRun | None
    due: list[date]

    @property
    def next_due(self) -> date | None:
        return self.due[0] if self.due else None


def job_lines(now: datetime) -> list[JobLine]:
    """All registered jobs with their newest run and the days due at ``now`` (local)."""
    newest = {run.job: run for run in JobRun.objects.order_by("job", "-business_date", "-pk").distinct("job")}
    watched, done = _watched(), _done_days()
    return [
        JobLine(
            definition,
            newest.get(definition.name),
            _due(definition, definition.last_due(now), watched.get(definition.name), done[definition.name])
            if definition.automatic
            else [],
        )
        for definition in jobs
    ]


def tries_so_far(job: str) -> dict[date, int]:
    """Attempts of the failed days of a job."""
    return dict(
        JobRun.objects.filter(job=job, state=JobRun.State.FAILED).values_list("business_date", "attempts")
    )


def last_beat() -> datetime | None:
    """When the beat was last heard; None if never."""
    return Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()


def failed_runs(user: object) -> list[JobRun]:
    """Failed runs that ``user`` may see, newest first, at most 20."""
    return list(JobRun.objects.visible_to(user).filter(state=JobRun.State.FAILED)[:20])


def failed_messages(user: object) -> list[OutboxMessage]:
    """Messages given up that ``user`` may see, newest first, at most 20."""
    rows = OutboxMessage.objects.visible_to(user)
    return list(rows.filter(gave_up_at__isnull=False, done_at__isnull=True).order_by("-pk")[:20])


def waiting_messages() -> int:
    """How many outgoing messages have no result yet."""
    return OutboxMessage.objects.filter(done_at__isnull=True).count()
