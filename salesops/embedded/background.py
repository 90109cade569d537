"""Worker and beat beside the web server, in its process (quality §1).

The queue lives in memory and dies with the process; the outbox is what makes that safe.
"""

from __future__ import annotations

import logging
import threading
import warnings

from celery import Celery
from celery.beat import EmbeddedService
from celery.platforms import SecurityWarning

log = logging.getLogger(__name__)


def start_background(app: Celery) -> None:
    """Start a worker with two threads and the beat beside the web server's threads; to be called once."""
    # As root the worker would warn at every start; it shares the web server's rights either way.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app.finalize()
    worker = app.Worker(
        pool="threads", concurrency=2, without_gossip=True, without_mingle=True, without_heartbeat=True,
        loglevel="WARNING", quiet=True,
    )  # fmt: skip
    threading.Thread(target=worker.start, name="salesops-worker", daemon=True).start()
    beat = EmbeddedService(app, thread=True)
    beat.daemon = True
    beat.start()
    app.send_task("jobs.beat_heartbeat")  # ready at once, not only after the beat's first minute
    log.info("worker and beat run in this process")
