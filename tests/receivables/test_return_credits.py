"""From a return to its credit note and back (ORD-15)."""

from datetime import date
from decimal import Decimal as D
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Return
from orders.services import record_return
from receivables.models import CreditNote, PostingEntry
from receivables.services import reverse_credit_note
from salesops.ui.links import record_url
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receivable
from tests.factories.rules import make_rule

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def order(cast):
    customer = make_customer(owner=cast.alice)
    order = make_order(
        customer,
        state="shipped",
        order_date=date(2026, 6, 1),
        shipped_date=date(2026, 6, 2),
        lines=[("10", "10.00", "0", "0.13")],
    )
    make_receivable(customer, amount="113.00", issued=date(2026, 6, 2), order=order, at=NOW)
    record_return(
        actor=None, order=order, line=order.lines.get(), return_date=date(2026, 7, 1), quantity=D(2), at=NOW
    )
    return order


def the_button(client, order):
    """What the button on the order's page fills in; the credit note's url where it is written."""
    page = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    urls = [part.split('"')[0] for part in page.split('href="') if "for_return=" in part.split('"')[0]]
    return (dict(parse_qsl(urlsplit(urls[0].replace("&amp;", "&")).query)) if urls else None), page


def test_a_return_opens_its_credit_note_filled_in_and_both_point_at_each_other(cast, order, client):
    client.force_login(cast.dora)
    typed, _page = the_button(client, order)
    assert (typed["amount"], typed["customer"]) == ("22.60", str(order.customer_id)), "two of ten at 13 % tax"
    form = client.get(reverse("receivables:creditnote_create"), typed).context["form"]
    assert str(form["for_return"].value()) == str(Return.objects.get().pk)
    url, data = reverse("receivables:creditnote_create"), {**typed, "date": TODAY}
    assert client.post(url, data).status_code == 302
    note = CreditNote.objects.get()
    assert (note.amount, note.receivable.order) == (D("22.60"), order)
    typed_again, page = the_button(client, order)
    assert typed_again is None and record_url(note) in page
    assert record_url(order) in client.get(record_url(note)).content.decode()
    assert "already" in client.post(url, data).content.decode(), "given back once"
    reverse_credit_note(actor=None, credit_note=note, reason="Wrong", at=NOW)
    assert the_button(client, order)[0] is not None
    other = {**data, "customer": make_customer(owner=cast.alice).pk, "receivable": ""}
    assert "The return is of" in client.post(url, other).content.decode()


def test_one_that_waits_for_a_second_person_is_shown_waiting(cast, order, client):
    make_rule("receivables.credit_note_second_amount", "10")
    client.force_login(cast.dora)
    typed, _page = the_button(client, order)
    assert client.post(reverse("receivables:creditnote_create"), {**typed, "date": TODAY}).status_code == 302
    entry = PostingEntry.objects.get()
    typed, page = the_button(client, order)
    assert typed is None and record_url(entry) in page
