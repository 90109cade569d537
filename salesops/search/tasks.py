"""What Celery runs; it may run twice."""

from __future__ import annotations

from celery import shared_task

from salesops.search import services

A_TURN = 40_000  # records; the next turn goes on


@shared_task(name="search.index", ignore_result=True)
def index() -> int:
    return services.index_waiting(most=A_TURN)
