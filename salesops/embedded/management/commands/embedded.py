"""``manage.py embedded start|stop|status``: the database of SALESOPS_HOME by hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from salesops.core.commands import OperatorCommand
from salesops.embedded.cluster import Cluster, EmbeddedError


class Command(OperatorCommand):
    help = "Starts, stops or shows the embedded database of SALESOPS_HOME."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status"])
        self.add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("DATABASE_URL is set: that server is not ours to start or stop.")
        cluster = Cluster(settings.SALESOPS_HOME)
        try:
            changed, said = getattr(self, options["action"])(cluster)
            running = cluster.is_running()
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.emit(
                {"running": running, "changed": changed, "data": cluster.data, "socket": cluster.socket_dir}
            )
        else:
            self.stdout.write(said)

    def start(self, cluster: Cluster) -> tuple[bool, str]:
        started = cluster.start()
        cluster.keep_file.touch()
        return started, f"{'Started' if started else 'Already running'}: {cluster.data}"

    def stop(self, cluster: Cluster) -> tuple[bool, str]:
        cluster.keep_file.unlink(missing_ok=True)
        stopped = cluster.stop()
        return stopped, "Stopped." if stopped else "It was not running."

    def status(self, cluster: Cluster) -> tuple[bool, str]:
        return False, f"{'running' if cluster.is_running() else 'stopped'}: {cluster.data}"
