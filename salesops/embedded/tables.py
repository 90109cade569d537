"""Which version of the tables this program wants."""

from __future__ import annotations

import hashlib
from pathlib import Path


def state_of_tables() -> str:
    """A mark of all migrations of this program: another one means that the tables are of another version."""
    base = Path(__file__).resolve().parents[2]
    found = [*base.glob("*/migrations/0*.py"), *base.glob("salesops/*/migrations/0*.py")]
    names = "\n".join(sorted(str(path.relative_to(base)) for path in found))
    return hashlib.sha256(names.encode()).hexdigest()
