"""What every test may ask for."""

import pytest
from django.conf import settings

from tests import flush
from tests.factories.accounts import make_cast

flush.install()
# A slow hash protects people, not the cast.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with a copy of what the migrations seeded."""
    with django_db_blocker.unblock():
        flush.keep_seed()


@pytest.fixture
def cast(db):
    """The fixed cast of the department; see ``tests/factories/accounts.py``."""
    return make_cast()
