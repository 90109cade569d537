"""What every test may ask for."""

import pytest

from tests.factories.accounts import make_cast


@pytest.fixture
def cast(db):
    """The fixed cast of the department; see ``tests/factories/accounts.py``."""
    return make_cast()
