"""The files of this checkout that we wrote."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_SKIPPED = {".venv", "vendor", "staticfiles", "locale", "node_modules", "__pycache__"}


def files(*suffixes: str, migrations: bool = False) -> list[Path]:
    """Our files by suffix, relative to the checkout; without vendored, generated and (by default) migrations."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        found = [Path(line) for line in listed]
    except (OSError, subprocess.CalledProcessError):
        found = [p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file()]
    return sorted(
        path
        for path in found
        if path.suffix in suffixes
        and not _SKIPPED & set(path.parts)
        and not any(part.startswith(".") for part in path.parts[:-1])
        and (migrations or "migrations" not in path.parts)
        and (ROOT / path).exists()
    )
