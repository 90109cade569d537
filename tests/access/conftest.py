"""The department is made once for the whole table, with a product whose cost not everybody may read."""

import pytest

from tests.access.department import cast, department, keys  # noqa: F401
from tests.access.prices import make_dearer, make_priced


@pytest.fixture(scope="module", autouse=True)
def goods(department, django_db_blocker):  # noqa: F811
    with django_db_blocker.unblock():
        return make_dearer(make_priced(), department[0])
