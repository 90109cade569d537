#!/usr/bin/env python
"""Operator commands. Without DATABASE_URL they use the embedded database of SALESOPS_HOME."""

import os
import signal
import subprocess
import sys
from contextlib import nullcontext

NEEDS_NO_DATABASE = {
    "help", "--help", "-h", "version", "--version", "embedded", "serve", "collectstatic", "messages",
    "diffsettings", "findstatic", "check",
}  # fmt: skip
NEEDS_OWNER = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "flush"}
ONE_AT_A_TIME = {"migrate", "demo"}  # two first starts at once: the second finds the work done


def main() -> None:
    from salesops.embedded.cluster import EmbeddedError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in NEEDS_OWNER:
        os.environ.setdefault("SALESOPS_DB_ROLE", "owner")
    if command == "serve":
        os.environ.setdefault("PRODUCTION", "0")
    asks_help = bool({"--help", "-h"} & set(sys.argv))
    try:
        if command in NEEDS_NO_DATABASE or asks_help or os.environ.get("DATABASE_URL"):
            run()
        else:
            run_on_embedded(command)
    except EmbeddedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def run() -> None:
    from django.core.management import execute_from_command_line, get_commands

    try:
        execute_from_command_line(sys.argv)
    except SystemExit as end:
        known = {"help", "version", *get_commands()}
        if end.code == 1 and len(sys.argv) > 1 and sys.argv[1] not in known and sys.argv[1][0] != "-":
            sys.exit(2)  # wrong usage; Django says 1
        raise


def run_on_embedded(command: str) -> None:
    """Start the embedded database for this command if nobody runs it; a new company gets its tables first."""
    from salesops.embedded.cluster import Cluster
    from salesops.embedded.tables import state_of_tables
    from salesops.settings import SALESOPS_HOME

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the database is let go on this way too
    cluster = Cluster(SALESOPS_HOME)
    try:
        cluster.acquire()
        state = state_of_tables()
        if command not in NEEDS_OWNER and not cluster.is_migrated(state):
            migrate()
            cluster.note_migrated(state)
        with cluster.alone() if command in ONE_AT_A_TIME else nullcontext():
            run()
    finally:
        cluster.release()


def migrate() -> None:
    """Create or update the tables as their owner, quietly unless it fails."""
    done = subprocess.run(
        [sys.executable, __file__, "migrate", "--no-input", "-v0"],
        env={**os.environ, "SALESOPS_DB_ROLE": "owner"},
        stdout=sys.stderr,
    )
    if done.returncode:
        sys.exit("The database could not be brought up to date; the reason stands above.")


if __name__ == "__main__":
    main()
