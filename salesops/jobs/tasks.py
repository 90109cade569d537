"""What Celery runs; each task makes one service call and may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from salesops.jobs.services import outbox, schedule


@shared_task(name="jobs.deliver", ignore_result=True)
def deliver(message_id: int) -> None:
    outbox.deliver(message_id, at=timezone.now())


@shared_task(name="jobs.sweep_outbox", ignore_result=True)
def sweep_outbox() -> int:
    return outbox.deliver_waiting(at=timezone.now())


@shared_task(name="jobs.run_due_jobs", ignore_result=True)
def run_due_jobs() -> None:
    schedule.run_due_jobs(at=timezone.now())


@shared_task(name="jobs.beat_heartbeat", ignore_result=True)
def beat_heartbeat() -> None:
    schedule.beat_heard(at=timezone.now())
