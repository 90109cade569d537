"""The list of requirements points at things that exist."""

import csv

import pytest
from django.core.management import get_commands

from tests.access.test_access import url_names
from tests.architecture.sources import ROOT

STATES = {"done", "partial", "later"}


def lines():
    with (ROOT / "tests" / "requirements.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("line", lines(), ids=lambda line: line["id"])
def test_a_requirement_has_a_door_and_a_test(line):
    names, commands = set(url_names()), set(get_commands())
    assert line["status"] in STATES
    for door in line["url or command"].split():
        assert door in names or door.split()[0] in commands, f"{door} is neither a url nor a command"
    for place in line["test"].split():
        path, _, name = place.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not name or f"def {name.split('[')[0]}(" in text, f"{place} is not there"
    assert line["status"] == "later" or line["test"], "done without a test"
