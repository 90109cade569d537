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
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from waitress.server import create_server

from salesops.embedded.cluster import Cluster, EmbeddedError
from salesops.embedded.processes import end, start_child, stop_once
from salesops.embedded.tables import state_of_tables

CONNECTIONS = 1000  # slow clients wait in the loop, not in a thread (R2)


def listening(threads: int = 8) -> dict[str, Any]:
    """How the web server listens: a thread gets a request only when all of it is there."""
    return {
        "threads": threads,
        "connection_limit": CONNECTIONS,
        "channel_timeout": 60,
        "ident": None,
        "asyncore_use_poll": True,
        "clear_untrusted_proxy_headers": not settings.AXES_IPWARE_PROXY_COUNT,
    }


def _listen(host: str, port: int, threads: int) -> None:
    """Answer requests until Ctrl-C or SIGTERM."""
    from salesops.wsgi import application

    server = create_server(application, host=host, port=port, **listening(threads))
    server.run()
    server.close()


def _leave() -> None:
    """End the process without waiting for the threads of worker and beat; the outbox sends what they had not."""
    logging.shutdown()
    sys.stdout.flush()
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
        stop_once()
        try:
            if cluster:
                cluster.acquire()
            self._manage("migrate", "--no-input", "-v0", SALESOPS_DB_ROLE="owner")
            if cluster:
                cluster.note_migrated(state_of_tables())
            if not options["no_demo"]:
                self._manage("demo", "--if-empty")
            children = self._celery_on_redis()
            self._welcome(options)
            self._background()
            _listen(options["host"], options["port"], options["threads"])
        except KeyboardInterrupt:
            pass
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        finally:
            logging.disable()  # what still runs beside may find the database gone
            end(children)
            if cluster:
                cluster.release()
        _leave()

    def _background(self) -> None:
        """Without Redis, worker and beat live in this process."""
        if settings.REDIS_URL:
            return
        from salesops.celery import app
        from salesops.embedded.background import start_background

        start_background(app)

    def _manage(self, *arguments: str, **environment: str) -> None:
        script = str(Path(settings.BASE_DIR) / "manage.py")
        child = start_child([sys.executable, script, *arguments], env={**os.environ, **environment})
        try:
            failed = child.wait()
        finally:
            end([child])
        if failed:
            raise CommandError(f"“manage.py {arguments[0]}” failed; the reason stands above.")

    def _celery_on_redis(self) -> list[subprocess.Popen[bytes]]:
        if not settings.REDIS_URL:
            return []
        celery = [sys.executable, "-m", "celery", "-A", "salesops"]
        schedule = settings.CELERY_BEAT_SCHEDULE_FILENAME
        return [
            start_child([*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"]),
            start_child([*celery, "beat", "--loglevel", "WARNING", "--schedule", schedule]),
        ]

    def _welcome(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"\nSalesOps: http://{options['host']}:{options['port']}/\n")
        self.stdout.flush()
        call_command("demo", users=True, stdout=self.stdout)
        self.stdout.write("Ctrl-C stops the web server, the worker, the beat and the embedded database.\n")
        self.stdout.flush()
