"""One run of a job for one business date: previewable, done once, re-runnable, with reasons (architecture §5.10).

The work and its items are one transaction under an advisory lock, so a killed run leaves nothing half done
and two beats at once make one run. A failure is written after the rollback and told to people.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from salesops.core.errors import DomainError, InvalidInput
from salesops.core.events import publish
from salesops.jobs.errors import JobFailed
from salesops.jobs.events import JobRunFailed
from salesops.jobs.models import JobItem, JobRun
from salesops.jobs.registry import reason_sentence

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ItemLine:
    """What is done, or left, for one subject, and why."""

    subject: str
    outcome: str
    reason: str
    url: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return reason_sentence(self.reason, self.data)

    def get_outcome_display(self) -> str:
        return str(JobItem.Outcome(self.outcome).label)


class JobReport:
    """What the work writes into: one line per subject, and figures for the summary."""

    def __init__(self, *, business_date: date, actor: Any, at: datetime, dry_run: bool) -> None:
        self.business_date = business_date
        self.actor = actor
        self.at = at
        self.dry_run = dry_run
        self.items: list[ItemLine] = []
        self.figures: dict[str, Any] = {}

    def done(self, subject: Any, reason: str, *, url: str = "", **data: Any) -> None:
        self._add(subject, JobItem.Outcome.DONE, reason, url, data)

    def skipped(self, subject: Any, reason: str, *, url: str = "", **data: Any) -> None:
        self._add(subject, JobItem.Outcome.SKIPPED, reason, url, data)

    def failed(self, subject: Any, reason: str, *, url: str = "", **data: Any) -> None:
        self._add(subject, JobItem.Outcome.FAILED, reason, url, data)

    def _add(self, subject: Any, outcome: str, reason: str, url: str, data: dict[str, Any]) -> None:
        self.items.append(ItemLine(str(subject)[:200], str(outcome), reason[:300], url, data))

    def summary(self) -> dict[str, Any]:
        counts = {str(o): 0 for o in JobItem.Outcome.values}
        for item in self.items:
            counts[item.outcome] += 1
        return {**counts, **self.figures}


@dataclass(frozen=True)
class RunResult:
    """``run`` is the record (None for a preview of a day not done); ``already`` it was done before, ``busy`` another worker
    is at it now; then ``items`` is empty and nothing was done. A large job may give only its first items; the
    summary counts all."""

    run: JobRun | None
    items: tuple[ItemLine, ...] = ()
    summary: dict[str, Any] = field(default_factory=dict)
    already: bool = False
    busy: bool = False

    @property
    def count(self) -> int:
        """How many subjects there were."""
        return sum(self.summary.get(outcome, 0) for outcome in JobItem.Outcome.values)


def run_job(
    job: str,
    business_date: date,
    *,
    actor: Any,
    at: datetime,
    dry_run: bool,
    work: Callable[[JobReport], None],
) -> RunResult:
    """Do the work of ``job`` for a day, once.

    ``work(report)`` does everything in one transaction and writes a line per subject into the report. With
    ``dry_run`` the same work is done and rolled back: the same items, nothing written, nothing sent. A day
    that is done answers ``already`` with its record, in a preview as well; a failed day is run again. Call it outside of a
    transaction. Raises ``JobFailed`` (the run is recorded as failed) with the cause's sentence, ``InvalidInput`` for a
    day that is none of this company's.
    """
    if not 1990 <= business_date.year <= 2100:
        raise InvalidInput(_("%(date)s is no plausible date.") % {"date": business_date}, field="on")
    report = JobReport(business_date=business_date, actor=actor, at=at, dry_run=dry_run)
    if dry_run:
        done = JobRun.objects.filter(job=job, business_date=business_date, state=JobRun.State.DONE).first()
        if done is not None:  # a run of this day would do nothing more
            return RunResult(done, summary=done.summary, already=True)
        with transaction.atomic():
            work(report)
            transaction.set_rollback(True)
        return RunResult(None, tuple(report.items), report.summary())
    answer = _claim(job, business_date, actor=actor, at=at)
    if isinstance(answer, RunResult):
        return answer
    try:
        return _do(answer.pk, report, work)
    except Exception as error:
        _record_failure(answer.pk, error, at=at)
        sentence = str(error) if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
        raise JobFailed(
            _("The run for %(day)s failed, and nothing of it was kept: %(cause)s")
            % {"day": business_date, "cause": sentence},
            way_out=_("Mend the cause and run it again; it is also tried again by itself."),
            run=answer.pk,
        ) from error


def _try_lock(job: str, business_date: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"job {job} {business_date}"]
        )
        return bool(cursor.fetchone()[0])


def _claim(job: str, business_date: date, *, actor: Any, at: datetime) -> JobRun | RunResult:
    """Write that the run began, or say why not. A run left as running by a killed process is taken over."""
    with transaction.atomic():
        existing = JobRun.objects.filter(job=job, business_date=business_date).first()
        if not _try_lock(job, business_date):
            return RunResult(existing, busy=True)
        run, created = JobRun.objects.select_for_update().get_or_create(
            job=job,
            business_date=business_date,
            defaults={"state": JobRun.State.RUNNING, "started_at": at, "actor": actor},
        )
        if created:
            return run
        if run.state == JobRun.State.DONE:
            return RunResult(run, summary=run.summary, already=True)
        run.state, run.started_at, run.finished_at = JobRun.State.RUNNING, at, None
        run.actor, run.attempts = actor, run.attempts + 1
        run.save(update_fields=["state", "started_at", "finished_at", "actor", "attempts"])
        return run


def _do(run_id: int, report: JobReport, work: Callable[[JobReport], None]) -> RunResult:
    with transaction.atomic():
        run = JobRun.objects.get(pk=run_id)
        if not _try_lock(run.job, run.business_date):
            return RunResult(run, busy=True)
        run = JobRun.objects.select_for_update().get(pk=run_id)
        if run.state == JobRun.State.DONE:
            return RunResult(run, summary=run.summary, already=True)
        work(report)
        JobItem.objects.bulk_create(
            (
                JobItem(
                    run=run,
                    subject=item.subject,
                    subject_url=item.url,
                    outcome=item.outcome,
                    reason=item.reason,
                    data=item.data,
                )
                for item in report.items
            ),
            batch_size=1000,
        )
        run.state, run.finished_at, run.error = JobRun.State.DONE, report.at, ""
        run.summary = report.summary()
        run.save(update_fields=["state", "finished_at", "error", "summary"])
        return RunResult(run, tuple(report.items), run.summary)


def _record_failure(run_id: int, error: Exception, *, at: datetime) -> None:
    log.error("job run %s failed", run_id, exc_info=error)
    sentence = str(error) if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
    with transaction.atomic():
        run = JobRun.objects.select_for_update().get(pk=run_id)
        if run.state == JobRun.State.DONE:
            return
        run.state, run.finished_at, run.error = JobRun.State.FAILED, at, sentence[:4000]
        run.save(update_fields=["state", "finished_at", "error"])
        publish(JobRunFailed(run_id=run.pk, at=at))
