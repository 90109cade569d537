"""The walks start from the access table: a new page is walked as soon as it has its row there."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction

from tests.access.department import cast, department, keys  # noqa: F401


@pytest.fixture
def asked_by(client, keys):  # noqa: F811
    """``asked_by(persona)``: the client with that session; faults come back as answers, nothing is kept."""
    client.raise_request_exception = False

    @contextmanager
    def ask(persona):
        with transaction.atomic():
            client.cookies[settings.SESSION_COOKIE_NAME] = keys[persona]
            yield client
            transaction.set_rollback(True)
        client.cookies.clear()

    return ask
