"""Every model of ours has a policy, pages with access rows, a row history, and a migration."""

import io

import pytest
from django.core.management import call_command

from salesops.audit import tracking
from salesops.core.policies import registered
from tests.access.table import all_rows
from tests.access.test_access import url_names
from tests.architecture.exempt import WITHOUT_PAGES, WITHOUT_POLICY


def own_models():
    return [m for m in tracking.own_models() if not m._meta.auto_created]


def test_every_model_has_a_policy():
    without = {m._meta.label for m in own_models() if m not in registered()}
    assert without == set(WITHOUT_POLICY), "missing, or an exemption that is no longer needed"


def test_every_model_has_pages_with_access_rows():
    rows = {row.url for row in all_rows()}
    names = set(url_names())
    without = set()
    for model in own_models():
        pages = {f"{model._meta.app_label}:{model._meta.model_name}_{page}" for page in ("list", "detail")}
        if not pages <= names & rows:
            without.add(model._meta.label)
    assert without - set(WITHOUT_PAGES) == set(), "models without list and detail pages in the access table"
    assert set(WITHOUT_PAGES) - without == set(), "exemptions that are no longer needed"


def test_every_own_table_has_its_history_unless_exempt_with_a_reason():
    assert all(reason.strip() for reason in tracking._exempt.values())
    assert len(tracking.tracked()) > 30


@pytest.mark.django_db
def test_migrations_are_in_step():
    out = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out, stderr=out)


def test_names_of_constraints_are_readable():
    """``<app>_<model>_<rule>``: a refused row tells which rule it broke."""
    wrong = [
        f"{model._meta.label}: {constraint.name}"
        for model in own_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.app_label}_")
    ]
    assert not wrong
