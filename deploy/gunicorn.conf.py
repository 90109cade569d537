"""Gunicorn in production; every value can be overridden by the environment variable in its line."""

import gc
import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 90
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"


def post_worker_init(worker):
    """What the program is made of stays for good: the collector does not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
