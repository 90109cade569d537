#!/usr/bin/env python
"""Operator commands. Without DATABASE_URL they use the embedded database of SALESOPS_HOME."""

import atexit
import os
import sys

NEEDS_NO_DATABASE = {
    "help",
    "--help",
    "-h",
    "version",
    "--version",
    "embedded",
    "serve",
    "collectstatic",
    "compilemessages",
    "messages",
    "diffsettings",
    "findstatic",
}
NEEDS_OWNER = {"migrate", "makemigrations", "sqlmigrate", "showmigrations", "flush", "test", "pgtrigger"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in NEEDS_OWNER:
        os.environ.setdefault("SALESOPS_DB_ROLE", "owner")
    if command not in NEEDS_NO_DATABASE and "--help" not in sys.argv and not os.environ.get("DATABASE_URL"):
        _start_embedded()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def _start_embedded() -> None:
    from salesops.embedded.cluster import Cluster, EmbeddedError
    from salesops.settings import SALESOPS_HOME

    cluster = Cluster(SALESOPS_HOME)
    try:
        if cluster.start():
            atexit.register(cluster.stop)
    except EmbeddedError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
