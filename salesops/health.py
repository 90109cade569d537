"""``/healthz``: the web process answers. ``/readyz``: so do database, tables, broker and beat (interfaces §1)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from salesops.celery import app
from salesops.jobs.selectors import last_beat

log = logging.getLogger(__name__)

# The beat writes a sign of life every minute; after ten without one nothing is reminded or closed.
BEAT_LIMIT = timedelta(minutes=10)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 without touching anything else; for load balancers and container health checks."""
    return HttpResponse("ok", content_type="text/plain")


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def check_migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")


def check_broker() -> None:
    if settings.REDIS_URL:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)


def check_beat() -> None:
    seen = last_beat()
    if seen is None:
        raise RuntimeError("the beat has not given a sign of life yet")
    if timezone.now() - seen > BEAT_LIMIT:
        raise RuntimeError("the beat gave no sign of life for ten minutes")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
    "beat": check_beat,
}


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503; only names and ok/failed, the reason stands in the log."""
    results = {}
    for name, check in CHECKS.items():
        try:
            check()
            results[name] = "ok"
        except Exception:  # a probe reports every kind of failure
            log.exception("not ready: %s", name)
            results[name] = "failed"
    ready = set(results.values()) == {"ok"}
    return JsonResponse({"ready": ready, "checks": results}, status=200 if ready else 503)
