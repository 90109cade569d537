"""The prey belongs to Carol of group B; the thief is Alice of group A."""

import pytest

from tests.attacks.world import make_house, make_prey


@pytest.fixture
def house(cast):
    return make_house(cast)


@pytest.fixture
def prey(cast, house):
    return make_prey(cast.carol)


@pytest.fixture
def mine(cast, house):
    """The same records, of the thief's own."""
    return make_prey(cast.alice, "Ownword")


@pytest.fixture
def as_(client):
    """Sign somebody in and hand the client back; faults come back as answers, not as exceptions."""
    client.raise_request_exception = False

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
