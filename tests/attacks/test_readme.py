"""The table of attacks is true: each line names tests that exist, or says what the attack waits for."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^\| ([AZIFEBSHRUP][\d–A-Z]+) \| ([^|]+) \| (.+) \|$", re.M)
LINES = LINE.findall((Path(__file__).parent / "README.md").read_text())
WAITS = ("comes with ", "measured by ", "needs the internet")


def numbers():
    """What the promise counts, letter by letter."""
    counts = {"A": 10, "Z": 20, "I": 12, "E": 6, "B": 16, "S": 5, "H": 4, "R": 4, "U": 5, "P": 6}
    return {f"{letter}{n}" for letter, most in counts.items() for n in range(1, most + 1)} | {"F1–F9"}


def test_every_attack_has_its_line():
    assert {line[0] for line in LINES} == numbers()
    assert len(LINES) == len(numbers())


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_the_tests_of_an_attack_exist(line):
    _id, _tried, proof = line
    if proof.startswith(WAITS):
        return
    for name in proof.split():
        path, _sep, function = name.partition("::")
        tree = ast.parse((ROOT / path).read_text())
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name
