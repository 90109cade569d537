"""Gunicorn in production; every value can be overridden by the environment variable in its line."""

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
