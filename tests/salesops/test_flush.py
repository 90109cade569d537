"""Tests that commit leave the database as the migrations made it."""

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.factories.accounts import make_cast


@pytest.mark.parametrize("round_", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_committing_test_finds_an_empty_company_and_the_seeded_rows(round_):
    from salesops.accounts.models import User

    assert not User.objects.exists()
    assert ContentType.objects.exists()
    make_cast()
