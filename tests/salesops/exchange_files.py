"""Small files for import tests, and one way to run them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from salesops.exchange.registry import import_kinds

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "tests" / "data" / "mappings"


def write(folder: Path, name: str, text: str, *, encoding: str = "utf-8", newline: str = "\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.replace("\n", newline).encode(encoding))
    return path


def table(folder: Path, name: str, header: str, *rows: str, **options: Any) -> Path:
    return write(folder, name, "\n".join([header, *rows]) + "\n", **options)


def run(kind: str, path: Path, **options: Any) -> dict[str, Any]:
    """Import by command; the answer also says how the command ended (``exit``) and what it said (``said``)."""
    out, said = io.StringIO(), io.StringIO()
    if mapping := options.pop("mapping", None):
        options["mapping"] = str(mapping)
    code = 0
    try:
        call_command("import_records", kind, str(path), json=True, stdout=out, stderr=said, **options)
    except CommandError as error:
        code = error.returncode
        said.write(str(error))
    text = out.getvalue()
    answer = json.loads(text) if text.strip() else {}
    return answer | {"exit": code, "said": said.getvalue()}


def good(kind: str, path: Path, **options: Any) -> dict[str, Any]:
    """As ``run``, and nothing may be rejected."""
    answer = run(kind, path, **options)
    assert answer["exit"] == 0, answer
    assert answer["rejected"] == [], answer
    return answer


def counts(answer: dict[str, Any]) -> tuple[int, int, int]:
    return answer["created"], answer["updated"], answer["unchanged"]


def reasons(answer: dict[str, Any]) -> list[tuple[int, str]]:
    return [(entry["row"], entry["column"]) for entry in answer["rejected"]]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def kind(name: str) -> Any:
    return import_kinds[name]
