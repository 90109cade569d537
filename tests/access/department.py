"""The cast with a session for each, made once for many rows of the access table; shared by whoever walks it."""

from copy import deepcopy

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.table import PERSONAS, Row
from tests.factories.accounts import make_cast


@pytest.fixture(scope="module")
def department(django_db_setup, django_db_blocker):
    """The cast and a signed-in session for each, made once; what a row does to them is undone after the row."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast, keys = make_cast(), {}
        for persona in (*PERSONAS, "leo"):
            client = Client()
            client.force_login(getattr(cast, persona))
            keys[persona] = client.cookies[settings.SESSION_COOKIE_NAME].value
        yield cast, keys
        transaction.set_rollback(True)


@pytest.fixture
def cast(department, db):
    return deepcopy(department[0])


@pytest.fixture
def keys(department):
    return department[1]


def build(row: Row, cast):
    """The object of a row and its address."""
    made = row.make(cast) if row.make else (None, {})
    obj, kwargs = made if isinstance(made, tuple) else (made, {"pk": made.pk})
    return obj, reverse(row.url, kwargs=kwargs) + (f"?{row.query}" if row.query else "")
