"""Sizes, names, imports and words of the source."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files

PACKAGES = ("salesops", "customers", "contracts", "orders", "receivables", "performance")
# Nothing of the machine a file was written on, and no note that only its writer understands.
# The words are put together here, so that this file does not hold them itself.
_NOTES = "|".join(("TO" + "DO", "FIX" + "ME"))
_PLACES = "|".join(("/wo" + "rk/", "/ho" + "me/"))
_MAKERS = "|".join(("cla" + "ude", "anthr" + "opic", "open" + "ai", "chat" + "gpt"))
FORBIDDEN = re.compile(rf"\b({_NOTES})\b|(?<![\w.>}}])({_PLACES})|\b({_MAKERS})\b", re.IGNORECASE)


def test_rooms_import_downwards_only():
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:]


def test_no_file_is_longer_than_600_lines():
    long = {
        str(path): lines
        for path in files(".py", ".html", ".js", ".sql")
        if (lines := (ROOT / path).read_text(encoding="utf-8").count("\n")) > 600
    }
    assert not long


def test_functions_stay_readable():
    """At most 40 statements; one long declaration (columns, rules, panels) is one statement."""
    long = []
    for path in files(".py"):
        if path.parts[0] not in PACKAGES:
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                statements = sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 1
                if statements > 40:
                    long.append(f"{path}:{node.lineno} {node.name}: {statements}")
    assert not long


def test_keys_in_pages_are_written_for_machines():
    """A key of a thousand and more is no ``1,000``: forms and addresses with it would find nothing."""
    key = re.compile(r"\{\{ *(?:[\w.]+\.)?(?:pk|id|version|(?:next|previous)_page_number) *\}\}")
    assert not {
        f"{path}: {found}"
        for path in files(".html")
        for found in key.findall((ROOT / path).read_text(encoding="utf-8"))
    }


def test_no_drawer_for_leftovers():
    assert not [p for p in files(".py") if p.name in ("utils.py", "helpers.py", "misc.py", "common.py")]


def test_no_signals_but_the_event_bus():
    found = [
        str(path)
        for path in files(".py")
        if path.parts[0] in PACKAGES
        and re.search(
            r"django\.(db\.models|core|contrib\.auth)\.?signals|@receiver\b", (ROOT / path).read_text()
        )
    ]
    assert not found


def test_services_and_selectors_read_no_clock():
    """Time is an argument below views, commands and tasks (architecture §5.5)."""
    rooms = re.compile(r"/(services|selectors|models)(/|\.py)")
    found = []
    for path in files(".py"):
        if path.parts[0] not in PACKAGES or not rooms.search(f"/{path}"):
            continue
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
            if re.search(r"\b(timezone|datetime)\.now\(|date\.today\(", line):
                found.append(f"{path}:{number}")
    assert not found


def test_the_day_of_a_moment_is_that_of_the_company():
    """``at.date()`` is the day in London; ``timezone.localdate(at)`` is the company's."""
    found = re.compile(r"\b(?:at|\w+_at)\.date\(\)|now\(\)\.date\(\)|\bdate\.today\(\)")
    assert not {
        f"{path}: {hit}"
        for path in files(".py")
        if path.parts[0] in PACKAGES
        for hit in found.findall((ROOT / path).read_text(encoding="utf-8"))
    }


def test_only_settings_reads_the_environment():
    allowed = {"salesops/settings.py", "manage.py"}
    found = [
        str(path)
        for path in files(".py")
        if path.parts[0] in PACKAGES
        and str(path) not in allowed
        and "embedded" not in path.parts
        and re.search(r"os\.environ\b|os\.getenv\(", (ROOT / path).read_text())
        and "setdefault" not in (ROOT / path).read_text()
    ]
    assert not found


def test_nothing_of_the_workshop_is_left_in_the_house():
    found = []
    for path in files(
        ".py", ".html", ".md", ".txt", ".toml", ".css", ".js", ".sql", ".yaml", ".csv", migrations=True
    ):
        if path.name == "requirements.txt":
            continue
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{path}:{number}: {line.strip()[:80]}")
    assert not found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_app_has_a_readme(package):
    assert (ROOT / package / "README.md").is_file()


def test_every_room_of_the_kernel_has_a_readme_or_a_docstring():
    bare = []
    for room in sorted((ROOT / "salesops").iterdir()):
        if (room / "__init__.py").is_file() and not (room / "README.md").is_file():
            text = (room / "__init__.py").read_text()
            if not ast.get_docstring(ast.parse(text or "''")):
                bare.append(room.name)
    assert not bare


KEY_IN_AN_ADDRESS = re.compile(r"[=\"/:-]\{\{ ?[a-z_.]+(?:\.pk|_id|\.id) ?\}\}")


def test_keys_in_addresses_carry_no_thousands_separator():
    """``?customer={{ customer.pk }}`` becomes ``1,234`` from the thousandth row on; ``|plain`` keeps it a key."""
    found = [
        f"{path.relative_to(ROOT)}: {hit}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for hit in KEY_IN_AN_ADDRESS.findall(path.read_text(encoding="utf-8"))
        if "auto_id" not in hit
    ]
    assert not found
