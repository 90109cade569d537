"""Gunicorn in production; every value can be overridden by the environment variable in its line."""

import gc
import os
import re

from gunicorn.glogging import Logger

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 90
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
accesslog = "-"

# Calendar feeds, one-time links and new passwords are opened by a long random word in their address.
SECRET = re.compile(r"[A-Za-z0-9_-]{20,}")


class QuietLogger(Logger):
    """Writes the access log without the words that open something by themselves."""

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time)
        for name in ("r", "U", "q", "f"):  # request line, path, query, where from
            if atoms.get(name):
                atoms[name] = SECRET.sub("***", atoms[name])
        return atoms


logger_class = QuietLogger


def post_worker_init(worker):
    """What the program is made of stays for good: the collector does not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
