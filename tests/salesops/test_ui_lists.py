"""List pages: search, filters, columns, sort, paging by key, saved views, bulk acts."""

import re
from decimal import Decimal

import pytest

from salesops.catalog.models import Product
from salesops.core.policies import Policy
from salesops.ui.models import SavedView
from salesops.ui.views import RecordListView
from tests.salesops import ui_fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.salesops.ui_pages")]
open_policy, products = ui_fixtures.open_policy, ui_fixtures.products
LIST = "/t/products/"


def codes(answer):
    return re.findall(r">(P\d{4})</", answer.content.decode())


def walk(client, url):
    """All rows by the "next" links."""
    seen = []
    for _page in range(20):
        answer = client.get(url)
        seen += codes(answer)
        following = answer.context["pager"]["next"]
        if not following:
            return seen
        url = LIST + following
    raise AssertionError("the list does not end")


def test_the_first_page_has_fifty_rows_the_count_and_the_totals_of_all(client, cast, products):
    client.force_login(cast.otto)
    answer = client.get(LIST)
    assert len(codes(answer)) == 50
    assert answer.context["measure"].count == 120
    assert answer.context["measure"].totals[0][2] == sum(p.list_price or Decimal(0) for p in products)


@pytest.mark.parametrize(
    "sort", ["", "code", "-code", "name", "category", "-category", "list_price", "-list_price"]
)
def test_following_the_next_links_shows_every_row_once(client, cast, products, sort):
    client.force_login(cast.otto)
    seen = walk(client, f"{LIST}?sort={sort}")
    assert len(seen) == len(set(seen)) == 120


def test_a_minus_sorts_downwards(client, cast, products):
    client.force_login(cast.otto)
    assert codes(client.get(f"{LIST}?sort=-code"))[0] == "P0120"
    head = client.get(f"{LIST}?sort=-code").content.decode()
    assert 'aria-sort="descending"' in head and "?sort=code" in head


@pytest.mark.parametrize("sort", ["code", "-category", "list_price", "-list_price"])
def test_previous_leads_back_to_the_page_before(client, cast, products, sort):
    client.force_login(cast.otto)
    first = client.get(f"{LIST}?sort={sort}")
    second = client.get(LIST + first.context["pager"]["next"])
    third = client.get(LIST + second.context["pager"]["next"])
    assert len(codes(third)) == 20 and not third.context["pager"]["next"]
    back = client.get(LIST + third.context["pager"]["previous"])
    assert codes(back) == codes(second)
    assert codes(client.get(LIST + back.context["pager"]["previous"])) == codes(first)
    assert (second.context["page"].start, second.context["page"].end) == (51, 100)


@pytest.mark.parametrize(
    "at", ["x", "%00", "e30", "W10", "eyJ2IjogW10sICJrIjogMSwgImIiOiAwLCAibiI6IDF9", "9" * 5000]
)
def test_a_forged_place_in_the_list_is_the_first_page_or_a_bad_request(client, cast, products, at):
    client.force_login(cast.otto)
    assert client.get(f"{LIST}?at={at}").status_code in (200, 400)


@pytest.mark.parametrize("sort", ["password", "currency__code", "pk__in", "-", "name;drop", "cost_price"])
def test_only_columns_of_the_table_sort(client, cast, products, sort):
    client.force_login(cast.otto)
    assert codes(client.get(LIST, {"sort": sort})) == codes(client.get(LIST))


def test_a_place_of_another_sort_does_not_break_the_list(client, cast, products):
    client.force_login(cast.otto)
    place = client.get(f"{LIST}?sort=name").context["pager"]["next"].split("at=")[1]
    assert client.get(f"{LIST}?sort=list_price&at={place}").status_code == 200


def test_a_forged_value_of_the_right_column_is_the_first_page(client, cast, products):
    import base64
    import json

    client.force_login(cast.otto)
    for value in ("x", 10**30, {"d": "2026-99-99"}, {"n": "NaN"}, None):
        data = {"v": value, "k": 10**25, "b": 0, "n": 10**30, "s": "list_price"}
        place = base64.urlsafe_b64encode(json.dumps(data).encode()).decode()
        assert client.get(LIST, {"sort": "list_price", "at": place}).status_code == 200


def test_search_and_filters_narrow_and_are_shown_as_chips(client, cast, products):
    client.force_login(cast.otto)
    answer = client.get(LIST, {"q": "pump 1", "category": "pumps"})
    assert answer.context["measure"].count == sum("1" in p.name and p.category == "pumps" for p in products)
    chip = answer.context["chips"][0]
    assert chip["value"] == "pumps" and "category" not in chip["url"] and "q=pump" in chip["url"]


def test_a_filter_that_nobody_declared_narrows_nothing(client, cast, products):
    client.force_login(cast.otto)
    answer = client.get(LIST, {"name__startswith": "zzz", "currency__code": "X", "_connector": "OR"})
    assert answer.context["measure"].count == 120


def test_columns_are_chosen_from_those_of_the_table(client, cast, products):
    client.force_login(cast.otto)
    text = client.get(LIST, {"cols": ["code", "unit", "cost_price"]}).content.decode()
    head = re.sub("<a [^>]*>", "", text.split("<thead>")[1].split("</thead>")[0])
    assert "Unit" in head and "Name" not in head and "ost" not in head


def test_an_empty_list_says_what_to_do_next(client, cast):
    client.force_login(cast.otto)
    text = client.get(LIST).content.decode()
    assert "Nothing here yet." in text and "/t/products/new/" in text
    assert "Show everything" in client.get(LIST, {"q": "zzz"}).content.decode()


def test_a_reader_sees_no_add_button_and_no_bulk_acts(client, cast, products):
    client.force_login(cast.alice)
    text = client.get(LIST).content.decode()
    assert "/t/products/new/" not in text and 'name="ids"' not in text


def test_more_rows_than_the_cap_are_counted_afterwards(client, cast, products, monkeypatch):
    monkeypatch.setattr(RecordListView.measured, "__defaults__", (100,))
    client.force_login(cast.otto)
    text = client.get(LIST).content.decode()
    assert "100+" in text and "part=totals" in text
    totals = client.get(LIST, {"part": "totals"}, headers={"HX-Request": "true"}).content.decode()
    assert "<b>120</b>" in totals and "<html" not in totals


def test_the_filter_form_comes_as_a_part_and_as_a_page(client, cast, products):
    client.force_login(cast.otto)
    part = client.get(LIST, {"part": "filters"}, headers={"HX-Request": "true"}).content.decode()
    assert 'name="category"' in part and "<html" not in part
    assert "<html" in client.get(LIST, {"part": "filters"}).content.decode()


def test_a_page_of_fifty_rows_stays_under_sixty_kilobytes(client, cast, products):
    client.force_login(cast.otto)
    assert len(client.get(LIST).content) < 60_000


# --- saved views ------------------------------------------------------------------------------------------
def save_view(client, **more):
    data = {"list_name": "uitest:product_list", "name": "Pumps", "query": "category=pumps&at=xx&part=totals"}
    return client.post("/ui/views/new/", data | more)


def test_a_saved_view_opens_the_list_as_it_was(client, cast, products):
    client.force_login(cast.otto)
    answer = client.get(save_view(client)["Location"])
    assert answer.context["measure"].count == 60
    assert answer.context["current_view"] == SavedView.objects.get().pk
    assert SavedView.objects.get().query == "category=pumps"


def test_a_default_view_opens_a_bare_list(client, cast, products):
    client.force_login(cast.otto)
    save_view(client, is_default="on")
    save_view(client, name="Valves", query="category=valves", is_default="on")
    assert SavedView.objects.filter(is_default=True).count() == 1
    answer = client.get(LIST)
    assert answer.status_code == 302 and "category=valves" in answer["Location"]
    assert client.get(LIST, {"view": "all"}).context["measure"].count == 120


def test_a_shared_view_is_offered_to_others_but_only_its_owner_deletes_it(client, cast, products):
    client.force_login(cast.otto)
    save_view(client, is_shared="on", is_default="on")
    saved = SavedView.objects.get()
    client.force_login(cast.alice)
    answer = client.get(LIST)
    assert answer.status_code == 200 and "Pumps" in answer.content.decode()
    assert client.post(f"/ui/views/{saved.pk}/delete/").status_code == 404
    client.force_login(cast.otto)
    assert (
        client.post(f"/ui/views/{saved.pk}/delete/", {"next": "https://evil.example/"})["Location"]
        == "/?view=all"
    )
    assert not SavedView.objects.exists()


def test_a_rep_cannot_share_a_view(client, cast, products):
    client.force_login(cast.alice)
    save_view(client, is_shared="on")
    assert not SavedView.objects.get().is_shared


@pytest.mark.parametrize("name", ["nowhere_list", "accounts:login", "https://evil.example/_list"])
def test_a_view_of_no_list_is_refused(client, cast, name):
    client.force_login(cast.otto)
    assert save_view(client, list_name=name).status_code == 400


# --- bulk acts --------------------------------------------------------------------------------------------
def test_a_bulk_act_is_done_to_all_chosen_rows(client, cast, products):
    client.force_login(cast.otto)
    chosen = [p.pk for p in products[:3]]
    assert client.post(LIST, {"action": "off", "ids": chosen}).status_code == 302
    assert Product.objects.filter(is_active=False).count() == 3


@pytest.mark.parametrize("extra", ["999999999", "x", "-1", "1.5", "9" * 30, ""])
def test_one_foreign_row_refuses_the_whole_bulk_act(client, cast, products, extra):
    client.force_login(cast.otto)
    answer = client.post(LIST, {"action": "off", "ids": [products[0].pk, extra]})
    assert answer.status_code == 400
    assert not Product.objects.filter(is_active=False).exists()


def test_a_row_that_is_visible_but_not_allowed_refuses_the_whole_bulk_act(
    client, cast, products, monkeypatch
):
    class OnlyFirst(Policy):
        matrix = "operations:all:edit"

        def can_edit(self, user, obj):
            return obj is None or obj.pk == products[0].pk

    from salesops.core import policies

    monkeypatch.setitem(policies._policies, Product, OnlyFirst())
    client.force_login(cast.otto)
    answer = client.post(LIST, {"action": "off", "ids": [products[0].pk, products[1].pk]})
    assert answer.status_code == 403
    assert not Product.objects.filter(is_active=False).exists()


def test_a_reader_cannot_do_a_bulk_act(client, cast, products):
    client.force_login(cast.alice)
    assert client.post(LIST, {"action": "off", "ids": [products[0].pk]}).status_code == 403
