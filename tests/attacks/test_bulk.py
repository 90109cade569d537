"""Acts on many rows at once: one row of somebody else, or one that may not be touched, refuses all (Z8)."""

import pytest
from django.urls import get_resolver, reverse

from salesops.ui.views import RecordListView
from tests.attacks.counting import counted
from tests.factories.customers import make_customer
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db
# Whose rows a list is made of: for a person the own ones that the act fits, and one of a stranger.
ROWS = {
    ("orders:order_list", "submit"): ("alice", "draft"),
    ("orders:order_list", "confirm"): ("bob", "submitted"),
}


def bulk_acts(resolver=None, namespace=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from bulk_acts(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            view = getattr(entry.callback, "view_class", None)
            if view and issubclass(view, RecordListView):
                yield from ((f"{namespace}{entry.name}", action.key) for action in view.bulk_actions)


def test_a_row_that_is_not_there_refuses_every_bulk_act_of_the_product(cast, as_):
    """Z8: whatever list has such acts; those with rows of their own are attacked below."""
    found = set(bulk_acts())
    assert set(ROWS) <= found
    for name, action in found:
        for who in (cast.mona, cast.root, cast.alice):
            answer = as_(who).post(reverse(name), {"action": action, "ids": [10**15]})
            if answer.status_code == 200:  # decides each row for itself: it found none, or asks for a comment
                assert not answer.context["results"], (name, action)
                continue
            assert answer.status_code in (400, 403), (name, action)


@pytest.mark.parametrize(("door", "setting"), ROWS.items(), ids=lambda v: "-".join(map(str, v)))
def test_one_foreign_or_forbidden_row_refuses_every_bulk_act(cast, as_, door, setting):
    """Z8: own rows with one of another team, one in another state, one that is not there: nothing half done."""
    (name, action), (who, state) = door, setting
    own = [make_order(make_customer(cast.alice), state=state) for _n in range(3)]
    foreign = make_order(make_customer(cast.carol), state=state)
    other_state = make_order(make_customer(cast.alice), state="shipped")
    client = as_(getattr(cast, who))
    before = counted()
    for bad in (foreign.pk, other_state.pk, 10**15, "x", "1 OR 1=1"):
        answer = client.post(reverse(name), {"action": action, "ids": [row.pk for row in own] + [bad]})
        assert answer.status_code in (400, 403, 404, 409), (bad, answer.status_code)
        for row in (*own, foreign):
            row.refresh_from_db()
            assert row.state == state, bad
    assert counted() == before
    assert client.post(reverse(name), {"action": action, "ids": [row.pk for row in own]}).status_code == 302
