"""A question to the ageing is kept under a name, like the view of a list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from salesops.ui.models import SavedView
from tests.factories.customers import make_customer
from tests.factories.receivables import make_receivable

pytestmark = pytest.mark.django_db


def test_a_question_is_kept_opened_first_and_moves_with_the_day(cast, client):
    today = timezone.localdate()
    item = make_receivable(make_customer(cast.alice, name="North Works"), due=today - timedelta(days=3))
    client.force_login(cast.dora)
    place = reverse("receivables:ageing")
    asked = {"by": "owner", "basis": "issue", "as_of": today.isoformat()}
    page = client.get(place, asked).content.decode()
    assert 'name="query" value="by=owner&amp;basis=issue"' in page, "today is no part of the question"
    values = {
        "list_name": "receivables:ageing",
        "query": "by=owner&basis=issue",
        "name": "By rep",
        "is_default": "on",
    }
    saved = client.post(reverse("ui:savedview_create"), values)
    view = SavedView.objects.get()
    assert saved.url == f"{place}?by=owner&basis=issue&view={view.pk}"
    opened = client.get(place, follow=True)
    assert opened.redirect_chain and opened.context["query"].by == "owner"
    page = opened.content.decode()
    assert "By rep" in page and "Alice" in page and f"view={view.pk}&amp;" not in page, item
    assert client.get(place, {"view": "all"}).context["query"].by == "customer"
    client.force_login(cast.mona)
    assert "By rep" not in client.get(place).content.decode(), "it is the person's own"
    client.post(reverse("ui:savedview_create"), {**values, "list_name": "receivables:check"})
    assert SavedView.objects.count() == 1, "what asks no question has no views"


def test_a_name_leads_to_the_account_only_where_the_reader_may_open_it(cast, client):
    """Legal reads what is owed and no files of customers; a rep reads items of a customer who went to another."""
    mine, gone = (make_customer(cast.alice, name=name) for name in ("North Works", "South Works"))
    for customer in (mine, gone):
        make_receivable(customer, due=timezone.localdate() - timedelta(days=3))
    type(gone).objects.filter(pk=gone.pk).update(owner=cast.carol, team=cast.group_b)
    urls = {customer: reverse("receivables:account", args=[customer.pk]) for customer in (mine, gone)}
    for person, opened in ((cast.dora, {mine, gone}), (cast.lena, set()), (cast.alice, {mine})):
        client.force_login(person)
        page = client.get(reverse("receivables:ageing")).content.decode()
        assert "North Works" in page and {one for one, url in urls.items() if url in page} == opened, person
        assert all(client.get(urls[one]).status_code == 200 for one in opened)
