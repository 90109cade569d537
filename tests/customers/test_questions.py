"""Statements written once: the same rows as the queryset, for every value and every reader."""

from datetime import date

import pytest
from django.db.models import Value

from customers.models import Collaborator, Customer
from customers.story import story_of
from orders.models import Order
from salesops.accounts.models import RoleGrant
from salesops.core.policies import one_of
from salesops.core.questions import Question, array_of
from tests.factories.customers import make_customer, make_visit
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def test_a_question_answers_what_its_queryset_answers_whatever_is_asked(cast):
    first, second = make_customer(cast.alice), make_customer(cast.bob)
    make_order(first, order_date=date(2026, 3, 1))
    make_order(second, order_date=date(2026, 3, 2))
    make_order(second, order_date=date(2026, 3, 3))

    def rows(limit, *, keys, since):
        of_these = Order.objects.filter(one_of("customer", keys), order_date__gte=since)
        return of_these.select_related("customer").annotate(word=Value("x")).order_by("order_date")[:limit]

    question = Question(rows)
    for keys, since, limit in (
        ([first.pk], date(2026, 1, 1), 5), ([second.pk], date(2026, 3, 3), 5), ([first.pk, second.pk], date(2026, 1, 1), 2),
        ([0], date(2026, 1, 1), 5),
    ):  # fmt: skip
        values = {"keys": array_of(keys), "since": since}
        asked, told = question(limit, **values), list(rows(limit, **values))
        assert asked == told
        assert [(row.customer.name, row.word) for row in asked] == [(row.customer.name, "x") for row in told]


def test_a_value_that_does_not_stand_in_the_text_is_refused(cast):
    with pytest.raises(ValueError, match="as they were given"):
        Question(lambda *, key: Customer.objects.filter(pk=key + 1))(key=1)
    with pytest.raises(TypeError, match="numbers, days and texts"):
        Question(lambda *, key: Customer.objects.filter(pk=1.5))(key=1.5)


def pages(as_, person, customer):
    """The panels that follow, the timeline, of one person."""
    base = f"/customers/customers/{customer.pk}/"
    answers = [as_(person).get(f"{base}{query}") for query in ("?rest=1", "?panel=customers.story")]
    return "".join(answer.content.decode() for answer in answers), answers[0].status_code


def test_what_the_owner_reads_is_not_shown_to_the_next_reader_of_the_same_page(cast, as_):
    """The text of the statement is kept; whose customer it is and which roles one has is asked at every request."""
    customer = make_customer(cast.alice, name="Harbour Ltd.")
    order = make_order(customer, order_date=date(2026, 3, 1))
    make_visit(customer, on=date(2026, 3, 2), result="They want samples")
    for _ in range(2):
        assert order.number in pages(as_, cast.alice, customer)[0]
    assert pages(as_, cast.carol, customer)[1] == 404
    Collaborator.objects.create(
        customer=customer, person=cast.carol, level="read", from_date=date(2020, 1, 1), to_date=date(2100, 1, 1),
        reason="Holiday", given_by=cast.alice,
    )  # fmt: skip
    shown, status = pages(as_, cast.carol, customer)
    assert status == 200
    assert order.number not in shown, "a guest of the file was shown its orders"
    assert "They want samples" in shown
    RoleGrant.objects.filter(user=cast.alice).update(to_date=date(2021, 1, 1), from_date=date(2020, 1, 1))
    assert pages(as_, cast.alice, customer)[1] == 404


def test_a_paper_stays_with_its_writer_when_the_customer_has_gone_to_another(cast):
    customer = make_customer(cast.alice)
    make_order(customer, order_date=date(2026, 3, 1))
    story_of(cast.alice, [customer.pk])
    Customer.objects.filter(pk=customer.pk).update(owner=cast.bob)
    newer = make_order(customer, owner=cast.bob, order_date=date(2026, 3, 2))
    assert {line.obj.owner for line in story_of(cast.alice, [customer.pk])[0]} == {cast.alice}
    assert newer in {line.obj for line in story_of(cast.bob, [customer.pk])[0]}
