"""Refusals by rule say why: the clause, the figures of the case, who can release it (CON-06)."""

from __future__ import annotations

import ast
import re

import pytest

from salesops.handbook.registry import rules
from salesops.ui.registries import refusal_labels
from tests.architecture.sources import ROOT

APPS = ("customers", "contracts", "orders", "receivables", "performance", "salesops")
NO_FIGURES = {"field", "clause", "way_out", "release", "existing", "existing_id", "hits", "receivable"}


def trees():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def raised(node):
    """The error of a ``raise``, as a call with its keywords."""
    call = node.exc
    return call if isinstance(call, ast.Call) else None


def keywords(call):
    return {keyword.arg: keyword.value for keyword in call.keywords}


def refusals():
    """Every error that names a clause in words."""
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            call = raised(node) if isinstance(node, ast.Raise) else None
            clause = keywords(call).get("clause") if call is not None else None
            if isinstance(clause, ast.Constant) and clause.value:
                found.append(pytest.param(path, call, id=f"{path}:{node.lineno}"))
    return found


@pytest.mark.parametrize(("path", "call"), refusals())
def test_a_refusal_by_rule_names_clause_figures_and_who_releases_it(path, call):
    parts = keywords(call)
    assert parts["clause"].value in rules
    assert {"way_out", "release"} & set(parts), "who can release it, or what one can do instead"
    figures = {name for name in parts if name and name not in NO_FIGURES}
    assert figures, "the figures of the case"
    assert not {name for name in figures if not refusal_labels.get(name)}, "figures have labels"


def reads_a_rule(node):
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "rule"
        for part in ast.walk(node)
    )


def test_an_error_that_hangs_on_a_rule_names_its_clause():
    """``limit = rule(…)``, ``if … limit: raise``: the reader of the error gets to know the clause."""
    silent = []
    for path, tree in trees():
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            values = {
                target.id
                for node in ast.walk(function)
                if isinstance(node, ast.Assign) and reads_a_rule(node.value)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for test in (n for n in ast.walk(function) if isinstance(n, ast.If)):
                names = {part.id for part in ast.walk(test.test) if isinstance(part, ast.Name)}
                if not (names & values or reads_a_rule(test.test)):
                    continue
                errors = [raised(node) for node in test.body if isinstance(node, ast.Raise)]
                silent += [path for e in errors if e and "clause" not in keywords(e)]
    assert not silent


SENDS = re.compile(r"\b(?:[Aa]sk|[Tt]ell) (?:the |an? |your |finance|human|one of|%\()")


def words_of(node):
    """The English text of ``_("…")``, also with figures put in, or of one of two."""
    return " ".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def test_a_way_out_that_sends_to_somebody_has_a_button_that_opens_the_task():
    """“Ask your lead.” without a button makes people leave the page to find out whom and how (features §4.5)."""
    silent = []
    for path, tree in trees():
        for node in ast.walk(tree):
            parts = keywords(node) if isinstance(node, ast.Call) else {}
            if "way_out" in parts and "release" not in parts and SENDS.search(words_of(parts["way_out"])):
                silent.append(f"{path}:{node.lineno} {words_of(parts['way_out'])}")
    assert not silent
