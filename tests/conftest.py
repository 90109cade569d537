"""What every test may ask for."""

import os

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as properties

from tests import flush, migrated
from tests.factories.accounts import make_cast

flush.install()
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


@pytest.fixture(autouse=True)
def own_language():
    """Each test begins in the company's language and zone, whatever the last request of another spoke."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def cast(db):
    """The fixed cast of the department; see ``tests/factories/accounts.py``."""
    return make_cast()
