"""The database of the tests is copied from one that was migrated before, as long as no migration changes.

Migrating from nothing costs ten seconds of a processor; copying the result costs a second. The copy is
migrated again by Django, which then has nothing to do but what follows every ``migrate``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "salesops_migrated_"
LOCK = 7_204_518_001  # of the tests alone: several workers begin at the same moment


def state() -> str:
    """What the tables are made of: migrations, their seeds and SQL, and the triggers that follow them."""
    found = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    sources = (
        "*/migrations/**/*",
        "*/*/migrations/**/*",
        "salesops/*/seeds.py",
        "salesops/audit/*",
        "salesops/search/*",
    )
    files = {path for pattern in sources for path in ROOT.glob(pattern)}
    for path in sorted(path for path in files if path.suffix in (".py", ".sql")):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def template() -> str:
    """The name of a migrated database, made by whoever comes first."""
    name = PREFIX + state()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")  # the first one takes its time
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for old in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            _migrate(f"{PREFIX}unfinished")
            cursor.execute(f'ALTER DATABASE "{PREFIX}unfinished" RENAME TO "{name}"')
    return name


def _migrate(name: str) -> None:
    own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    wanted, test["NAME"] = test["NAME"], name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        test["NAME"] = wanted
        settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = own
