"""What the search must not tell, and how soon it knows: rights, hand-over, merge, rollback, typing."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from customers.services import assign_owner
from customers.services.merge import merge_customers
from salesops.accounts.models import RoleGrant, User
from salesops.audit.models import AccessLog
from salesops.handbook.services import set_rule_value
from salesops.search.selectors import find
from salesops.search.services import index_recent
from salesops.work.services import ask_department
from tests.factories.customers import make_customer, make_visit

pytestmark = pytest.mark.django_db


def names(user, text):
    """As the next request of the person would find it."""
    index_recent()
    return {hit.title for hit in find(User.objects.get(pk=user.pk), text).hits}


def test_a_hand_over_a_lost_role_and_a_leave_count_at_the_next_search(cast):
    customer = make_customer(cast.alice, name="Wanderer Ltd")
    assert names(cast.alice, "wander") == names(cast.bob, "wander") == {"Wanderer Ltd"}
    assert names(cast.carol, "wander") == set()
    assign_owner(
        actor=cast.mona,
        at=timezone.now(),
        customer=customer,
        owner=cast.carol,
        from_date=timezone.localdate(),
    )
    assert names(cast.carol, "wander") == {"Wanderer Ltd"} and names(cast.alice, "wander") == set()
    RoleGrant.objects.filter(user=cast.carol).update(to_date=timezone.localdate() - timedelta(days=1))
    assert names(cast.carol, "wander") == set()
    assert names(cast.mona, "wander") == {"Wanderer Ltd"}
    User.objects.filter(pk=cast.mona.pk).update(is_active=False)
    assert names(cast.mona, "wander") == set()


def test_what_was_undone_is_not_found_and_what_was_before_it_is(cast):
    customer = make_customer(cast.alice, name="Before Ltd")
    assert names(cast.alice, "before") == {"Before Ltd"}
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        customer.name = "After Ltd"
        customer.save()
        make_customer(cast.alice, name="After Two Ltd")
        assert names(cast.alice, "after") == {"After Ltd", "After Two Ltd"}
        raise ZeroDivisionError
    assert names(cast.alice, "after") == set() and names(cast.alice, "before") == {"Before Ltd"}


def test_a_merged_file_is_found_under_the_one_that_is_kept_or_says_so(cast):
    kept, gone = make_customer(cast.alice, name="Kept Ltd"), make_customer(cast.alice, name="Gone Ltd")
    make_visit(gone, cast.alice, purpose="canarywords")
    merge_customers(actor=cast.mona, at=timezone.now(), keep=kept, merged=gone, reason="same")
    index_recent()
    lines = [str(hit.line) for hit in find(cast.alice, "canarywords").hits]
    assert len(lines) == 1 and "Kept Ltd" in lines[0]


def test_typing_spends_no_question_and_tells_of_no_hidden_file(cast, client):
    make_customer(cast.carol, name="Hidden Harbour Ltd")
    set_rule_value(
        actor=cast.root, at=timezone.now(), key="search.questions_per_hour", value=3,
        from_date=timezone.localdate(), reason="test",
    )  # fmt: skip
    client.force_login(cast.alice)
    for end in range(2, 15):
        box = client.get(reverse("search:box"), {"q": "Hidden Harbour"[:end]}).content.decode()
        assert "Carol" not in box and "exists" not in box
    assert AccessLog.objects.filter(kind="search", data__typing=True).count() == 13
    page = client.get(reverse("search:search"), {"q": "Hidden Harbour"}).content.decode()
    assert "Another customer file exists; ask Carol." in page


def test_a_number_of_others_and_a_number_of_nobody_get_the_same_answer(cast, client):
    """No word, count or suggestion tells that there is one."""
    make_customer(cast.carol, code="KH-2026-77310", name="Hidden Harbour Ltd")
    client.force_login(cast.alice)
    answers = []
    for text in ("KH-2026-77310", "KH-2026-77311", "77310", "77311", "Harbour", "Harbeur"):
        for place in ("search:search", "search:box"):
            shown = client.get(reverse(place), {"q": text}).content.decode()
            answers.append((place, shown.replace(text, "?").split("<main")[-1]))
    assert len({a for a in answers if a[0] == "search:box"}) == 1
    assert "Hidden" not in str(answers) and "Carol" not in str(answers)


def test_the_answerer_of_a_request_finds_the_request_and_nothing_of_its_record(cast, client):
    customer = make_customer(cast.alice, name="Canary Customer Ltd", phone="+862162340000")
    visit = make_visit(customer, cast.alice, purpose="canarywords about money")
    row = ask_department(
        actor=cast.alice, at=timezone.now(), to_team=cast.office, title="Is it packed?", subject=visit,
        due_at=timezone.now() + timedelta(days=2),
    )  # fmt: skip
    client.force_login(cast.otto)
    page = client.get(row.get_absolute_url())
    shown = page.content.decode()
    assert page.status_code == 200 and str(visit) in shown
    for words in ("canarywords", "Canary Customer", visit.get_absolute_url()):
        assert words not in shown, words
    for text in ("canarywords", "Canary Customer", "62340000"):
        assert names(cast.otto, text) == set()
    assert names(cast.otto, "packed") == {"Is it packed?"}
