"""``manage.py serve``: database, web server, worker and beat with one command; Ctrl-C stops all of it."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from gunicorn.app.base import BaseApplication

from salesops.embedded.cluster import Cluster, EmbeddedError


class Server(BaseApplication):
    """Gunicorn with one process and threads; without Redis, worker and beat live in that process."""

    def __init__(self, bind: str, threads: int, background: bool) -> None:
        self.bind, self.threads, self.background = bind, threads, background
        super().__init__()

    def load_config(self) -> None:
        for key, value in {
            "bind": self.bind, "workers": 1, "threads": self.threads, "worker_class": "gthread",
            "timeout": 120, "graceful_timeout": 5, "loglevel": "warning", "proc_name": "salesops",
            "control_socket_disable": True,
        }.items():  # fmt: skip
            if key in self.cfg.settings:
                self.cfg.set(key, value)
        if self.background:
            self.cfg.set("post_worker_init", _start_background)
            self.cfg.set("worker_exit", _leave)

    def load(self) -> Any:
        from salesops.wsgi import application

        return application


def _start_background(worker: Any) -> None:
    from salesops.celery import app
    from salesops.embedded.background import start_background

    start_background(app)


def _leave(arbiter: Any, worker: Any) -> None:
    """End the process without waiting for the threads of worker and beat; the outbox sends what they had not."""
    logging.shutdown()
    os._exit(0)


def _require_free(host: str, port: int) -> None:
    """Say at once that the address cannot be used, before anything is started. Raises ``CommandError``."""
    try:
        if not 0 < port < 65536:
            raise OverflowError("no such port")
        family, _kind, _proto, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(
            f"Nothing can listen on {host}:{port} ({reason}). Stop what runs there, or choose another port: "
            "make run PORT=8001."
        ) from error


class Command(BaseCommand):
    help = "Runs SalesOps on this machine: embedded database, web server, worker and beat."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--no-demo", action="store_true", help="start an empty company")

    def handle(self, *args: Any, **options: Any) -> None:
        _require_free(options["host"], options["port"])
        if "BASE_URL" not in os.environ:
            os.environ["BASE_URL"] = settings.BASE_URL = f"http://{options['host']}:{options['port']}"
        cluster = Cluster(settings.SALESOPS_HOME) if settings.EMBEDDED else None
        children: list[subprocess.Popen[bytes]] = []
        try:
            if cluster:
                cluster.acquire()
            self._manage("migrate", "--no-input", "-v0", SALESOPS_DB_ROLE="owner")
            if not options["no_demo"]:
                self._manage("demo", "--if-empty")
            children = self._celery_on_redis()
            self._welcome(options)
            Server(f"{options['host']}:{options['port']}", options["threads"], not settings.REDIS_URL).run()
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=30)
            if cluster:
                cluster.release()

    def _manage(self, *arguments: str, **environment: str) -> None:
        script = str(Path(settings.BASE_DIR) / "manage.py")
        done = subprocess.run([sys.executable, script, *arguments], env={**os.environ, **environment})
        if done.returncode:
            raise CommandError(f"“manage.py {arguments[0]}” failed; the reason stands above.")

    def _celery_on_redis(self) -> list[subprocess.Popen[bytes]]:
        if not settings.REDIS_URL:
            return []
        celery = [sys.executable, "-m", "celery", "-A", "salesops"]
        schedule = settings.CELERY_BEAT_SCHEDULE_FILENAME
        return [
            subprocess.Popen([*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"]),
            subprocess.Popen([*celery, "beat", "--loglevel", "WARNING", "--schedule", schedule]),
        ]

    def _welcome(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"\nSalesOps: http://{options['host']}:{options['port']}/\n")
        self._manage("demo", "--users")
        self.stdout.write("Ctrl-C stops the web server, the worker, the beat and the embedded database.\n")
        self.stdout.flush()
