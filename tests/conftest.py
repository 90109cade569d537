"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as properties

from salesops.catalog.coins import decimals_of
from tests import flush, migrated, quick
from tests.factories.accounts import make_cast

flush.install()
quick.install()
# A slow hash protects people, not the cast.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Properties are judged by their answers, never by the clock of a busy machine; in CI they are the same each time.
properties.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
properties.load_profile("house")


# Whole files go to the workers, in this order first: what takes longest must not be what one of them ends with.
LONGEST_FIRST = (
    "access/test_access.py",
    "attacks/walks/test_queries.py",
    "attacks/walks/test_fields.py",
    "attacks/test_reading.py",
    "e2e/test_axe.py",
    "e2e/test_typed_script.py",
    "attacks/test_input.py",
    "attacks/walks/test_at_once.py",
    "performance/test_demo_company.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    rank = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


def pytest_collection_finish():
    quick.settle_memory()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Migrated once for all workers, and again only when a migration changed."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with a copy of what the migrations seeded."""
    with django_db_blocker.unblock():
        flush.keep_seed()
        decimals_of()  # read once per process, whichever test comes first


@pytest.fixture(autouse=True)
def own_language():
    """Each test begins in the company's language and zone, whatever the last request of another spoke."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def cast(db):
    """The fixed cast of the department; see ``tests/factories/accounts.py``."""
    return make_cast()
