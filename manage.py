#!/usr/bin/env python
"""Operator commands. Without DATABASE_URL they use the embedded database of SALESOPS_HOME."""

import os
import subprocess
import sys

NEEDS_NO_DATABASE = {
    "help", "--help", "-h", "version", "--version", "embedded", "serve", "collectstatic", "messages",
    "diffsettings", "findstatic", "check",
}  # fmt: skip
NEEDS_OWNER = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "flush"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in NEEDS_OWNER:
        os.environ.setdefault("SALESOPS_DB_ROLE", "owner")
    if command == "serve":
        os.environ.setdefault("PRODUCTION", "0")
    asks_help = bool({"--help", "-h"} & set(sys.argv))
    if command in NEEDS_NO_DATABASE or asks_help or os.environ.get("DATABASE_URL"):
        run()
        return
    run_on_embedded(command)


def run() -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def run_on_embedded(command: str) -> None:
    """Start the embedded database for this command if nobody runs it; a new company gets its tables first."""
    from salesops.embedded.cluster import Cluster, EmbeddedError
    from salesops.settings import SALESOPS_HOME

    cluster = Cluster(SALESOPS_HOME)
    try:
        cluster.acquire()
        try:
            if command not in NEEDS_OWNER and not cluster.is_migrated():
                migrate()
            run()
        finally:
            cluster.release()
    except EmbeddedError as error:
        sys.exit(str(error))


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
