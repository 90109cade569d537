"""Groups and subsidiaries: a dated tree without circles, with sums over what one may see (CUS-01)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from customers.groups import tree_of
from customers.models import Customer, GroupLink
from customers.services import merge_customers, set_group, update_customer
from salesops.core.errors import InvalidInput, NotAllowed
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.receivables import make_receivable

pytestmark = pytest.mark.django_db
AT = timezone.make_aware(datetime(2026, 5, 5, 10))
TODAY = date(2026, 5, 5)


def family(cast):
    """Top of Alice; a member of Alice and one of Carol."""
    top, own, other = (
        make_customer(person, name=name)
        for person, name in (
            (cast.alice, "Harbour Holding"),
            (cast.alice, "Harbour North"),
            (cast.carol, "Harbour South"),
        )
    )
    set_group(actor=cast.alice, at=AT, customer=own, group=top)
    set_group(actor=cast.mona, at=AT, customer=other, group=own)
    return top, own, other


def test_a_customer_is_put_under_a_group_from_a_day_and_taken_out_again(cast):
    top, other, member = (make_customer(cast.alice) for _n in range(3))
    set_group(
        actor=cast.alice,
        at=AT,
        customer=member,
        group=top,
        from_date=date(2026, 3, 1),
        reason="Bought by them",
    )
    later = AT + timedelta(days=10)
    set_group(actor=cast.alice, at=later, customer=member, group=other)
    set_group(actor=cast.alice, at=later + timedelta(days=5), customer=member, group=None)
    links = list(GroupLink.objects.order_by("from_date").values_list("parent", "from_date", "to_date"))
    assert links == [
        (top.pk, date(2026, 3, 1), date(2026, 5, 14)),
        (other.pk, date(2026, 5, 15), date(2026, 5, 19)),
    ]
    member.refresh_from_db()
    assert member.parent is None


def test_the_form_of_the_file_writes_the_history_too(cast):
    top, member = make_customer(cast.alice), make_customer(cast.alice)
    update_customer(actor=cast.alice, at=AT, customer=member, parent=top)
    assert GroupLink.objects.filter(customer=member, parent=top, from_date=TODAY, to_date=None).exists()


def test_nothing_goes_in_a_circle_not_even_past_the_service(cast):
    top, _own, other = family(cast)
    with pytest.raises(InvalidInput, match="belong to itself"):
        set_group(actor=cast.mona, at=AT, customer=top, group=other)
    with pytest.raises(IntegrityError, match="no_circle"), transaction.atomic():
        Customer.objects.filter(pk=top.pk).update(parent=other)


def test_who_may_not_change_the_file_and_days_ahead_are_refused(cast):
    top, member = make_customer(cast.alice), make_customer(cast.alice)
    with pytest.raises(NotAllowed):
        set_group(actor=cast.carol, at=AT, customer=member, group=top)
    with pytest.raises(InvalidInput, match="future"):
        set_group(actor=cast.alice, at=AT, customer=member, group=top, from_date=date(2026, 5, 6))


def test_the_group_sums_what_each_may_see_and_says_how_many_are_hidden(cast):
    top, own, other = family(cast)
    for customer, price in ((top, "100"), (own, "20"), (other, "3")):
        make_order(customer, lines=[("1", price)], order_date=date(2026, 4, 1))
    make_receivable(own, amount="50", issued=date(2026, 4, 1), due=date(2026, 5, 1))
    tree = tree_of(cast.mona, own, on=TODAY)
    assert [(m.customer.name, m.depth) for m in tree.members] == [
        ("Harbour Holding", 0), ("Harbour North", 1), ("Harbour South", 2)
    ]  # fmt: skip
    assert (tree.sums, tree.hidden) == ([Decimal("123"), Decimal("50")], 0)
    tree = tree_of(cast.alice, own, on=TODAY)
    assert (tree.sums, tree.hidden) == ([Decimal("120"), Decimal("50")], 1)


def test_the_page_shows_the_tree_and_the_list_filters_by_group(cast, client):
    top, _own, _other = family(cast)
    make_customer(cast.alice, name="Stands alone")
    client.force_login(cast.alice)
    page = client.get(f"{top.get_absolute_url()}?rest=1").content.decode()
    assert "Harbour North" in page
    assert "Harbour South" not in page
    assert "1 more member is not yours to see" in page
    found = client.get(reverse("customers:customer_list"), {"group": top.pk}).content.decode()
    assert "Harbour North" in found
    assert "Stands alone" not in found
    client.post(reverse("customers:customer_group", args=[top.pk]), {"group": "", "from_date": "2026-01-01"})


def test_members_of_a_merged_group_go_to_the_kept_one(cast):
    kept, gone, member = (make_customer(cast.alice) for _n in range(3))
    set_group(actor=cast.alice, at=AT, customer=member, group=gone, from_date=date(2026, 1, 1))
    merge_customers(actor=cast.mona, at=AT, keep=kept, merged=gone, reason="One company")
    member.refresh_from_db()
    assert member.parent == kept
    assert GroupLink.objects.get(customer=member, to_date=None).parent == kept
