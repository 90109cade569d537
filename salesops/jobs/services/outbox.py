"""The outbox: a row in the transaction of the act, sent after commit, swept later, done once (quality §4).

Delivery is at least once; the handler's effect is what must be idempotent. A page never waits for the
broker: the nudge to the worker is published by a thread, and a lost nudge only means that the sweep sends.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from salesops.audit.services import record
from salesops.core.errors import Conflict
from salesops.core.events import publish
from salesops.core.locking import lock_row
from salesops.jobs.errors import not_waiting
from salesops.jobs.events import MessageGivenUp
from salesops.jobs.models import OutboxMessage
from salesops.jobs.registry import deliver_kind, leased_kinds

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 12
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=6)
GRACE = timedelta(seconds=20)  # how long the sweep leaves a new row to its own nudge
LOST = "the process that worked on it ended"
LEASE = timedelta(hours=1)  # how long long work is left alone before it counts as lost


def enqueue(
    kind: str, key: str, payload: dict[str, Any], *, at: datetime, not_before: datetime | None = None
) -> OutboxMessage:
    """Write one message in the caller's transaction and have it sent after commit.

    ``key`` is unique for ever: a second call with it changes nothing and sends nothing. Returns the row.
    """
    message, created = OutboxMessage.objects.get_or_create(
        key=key, defaults={"kind": kind, "payload": payload, "created_at": at, "not_before": not_before or at}
    )
    if created and (not_before is None or not_before <= at):
        transaction.on_commit(lambda: _nudge(message.pk), robust=True)
    return message


def deliver(message_id: int, *, at: datetime) -> bool:
    """Send one message if it is waiting and nobody else is sending it. True when it was sent now."""
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, done_at__isnull=True, gave_up_at__isnull=True, not_before__lte=at)
            .first()
        )
        if message is None:
            return False
        if message.kind not in leased_kinds:
            return _attempt(message, at=at)
        _hold(message.pk)
        message.not_before = at + LEASE
        message.save(update_fields=["not_before"])
    try:
        return _attempt(message, at=at)
    finally:
        _let_go(message.pk)


def _hold(pk: int) -> None:
    """Say that this session works on a leased message; a process that is killed lets go by that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"outbox.{pk}"])


def _let_go(pk: int) -> None:
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"outbox.{pk}"])


def take_up_lost(*, at: datetime) -> int:
    """Leased work whose process ended in the middle is due again at once, not when its lease is over.

    Once only: what ends its process twice waits for the lease. Returns how many were taken up.
    """
    leased = OutboxMessage.objects.filter(
        kind__in=leased_kinds, done_at__isnull=True, gave_up_at__isnull=True, attempts=0, not_before__gt=at
    )
    lost = 0
    for pk in list(leased.values_list("pk", flat=True)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"outbox.{pk}"])
            if cursor.fetchone()[0]:
                lost += leased.filter(pk=pk).update(not_before=at, attempts=1, last_error=LOST)
    return lost


def _attempt(message: OutboxMessage, *, at: datetime) -> bool:
    try:
        if message.kind in leased_kinds:
            deliver_kind(message, at=at)
        else:
            with transaction.atomic():
                deliver_kind(message, at=at)
    except Exception as error:
        _failed(message, error, at=at)
        return False
    message.done_at = at
    message.attempts += 1
    message.last_error = ""
    message.save(update_fields=["done_at", "attempts", "last_error"])
    return True


def deliver_waiting(*, at: datetime, limit: int = 200) -> int:
    """The sweep: send what is due and has no result yet, oldest first. Returns how many were sent."""
    take_up_lost(at=at)
    waiting = (
        OutboxMessage.objects.filter(
            done_at__isnull=True, gave_up_at__isnull=True, not_before__lte=at, created_at__lte=at - GRACE
        )
        .order_by("not_before", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(deliver(pk, at=at) for pk in list(waiting))


@transaction.atomic
def send_again(message: OutboxMessage, *, actor: Any, at: datetime) -> OutboxMessage:
    """Put a failed or waiting message back to the front of the queue. Raises ``Conflict`` if it was sent."""
    message = lock_row(OutboxMessage.objects.all(), message.pk)
    if message.done_at:
        raise Conflict(*not_waiting())
    message.gave_up_at = None
    message.attempts = 0
    message.not_before = at
    message.save(update_fields=["gave_up_at", "attempts", "not_before"])
    record("jobs.message_sent_again", message, actor=actor, at=at, data={"key": message.key})
    transaction.on_commit(lambda: _nudge(message.pk), robust=True)
    return message


def _failed(message: OutboxMessage, error: Exception, *, at: datetime) -> None:
    message.attempts += 1
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.not_before = at + min(FIRST_DELAY * 2 ** (message.attempts - 1), LONGEST_DELAY)
    if message.attempts >= MAX_ATTEMPTS:
        message.gave_up_at = at
    message.save(update_fields=["attempts", "last_error", "not_before", "gave_up_at"])
    log.warning("outbox message %s (%s) failed: %s", message.pk, message.kind, message.last_error)
    if message.gave_up_at:
        publish(MessageGivenUp(message_id=message.pk, at=at))


# --- the nudge ----------------------------------------------------------------------------------------
_queue: queue.Queue[int] = queue.Queue(maxsize=10_000)
_thread: threading.Thread | None = None
_thread_pid = 0
_thread_lock = threading.Lock()


def _nudge(message_id: int) -> None:
    """Tell the worker without waiting; never raises."""
    try:
        if settings.CELERY_BROKER_URL.startswith("memory"):
            _publish(message_id)
            return
        _ensure_thread()
        _queue.put_nowait(message_id)
    except Exception:  # the row is written; the sweep sends it
        log.warning("outbox message %s is left to the sweep", message_id, exc_info=True)


def _publish(message_id: int) -> None:
    current_app.send_task("jobs.deliver", args=[message_id], ignore_result=True, retry=False)


def _ensure_thread() -> None:
    global _thread, _thread_pid
    with _thread_lock:
        if _thread is None or not _thread.is_alive() or _thread_pid != os.getpid():
            _thread = threading.Thread(target=_publish_all, name="outbox-nudge", daemon=True)
            _thread_pid = os.getpid()
            _thread.start()


def _publish_all() -> None:
    while True:
        message_id = _queue.get()
        try:
            _publish(message_id)
        except Exception as error:
            # The broker is away: what waits is dropped here and sent by the sweep when it is back.
            dropped = 1
            while not _queue.empty():
                _queue.get_nowait()
                dropped += 1
            log.warning("the broker does not answer (%s); %s messages left to the sweep", error, dropped)
