"""``manage.py embedded start|stop|status``: the database of SALESOPS_HOME by hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from salesops.embedded.cluster import Cluster, EmbeddedError


class Command(BaseCommand):
    help = "Starts, stops or shows the embedded database of SALESOPS_HOME."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("DATABASE_URL is set: that server is not ours to start or stop.")
        cluster = Cluster(settings.SALESOPS_HOME)
        try:
            getattr(self, options["action"])(cluster)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error

    def start(self, cluster: Cluster) -> None:
        started = cluster.start()
        cluster.keep_file.touch()
        self.stdout.write(f"{'Started' if started else 'Already running'}: {cluster.data}")

    def stop(self, cluster: Cluster) -> None:
        cluster.keep_file.unlink(missing_ok=True)
        self.stdout.write("Stopped." if cluster.stop() else "It was not running.")

    def status(self, cluster: Cluster) -> None:
        self.stdout.write(f"{'running' if cluster.is_running() else 'stopped'}: {cluster.data}")
