"""Orders through the browser's door: what is posted, what is refused, what a page costs."""

import re
import uuid
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from orders.models import Order
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_product, make_return

NEW = "/orders/orders/new/"


@pytest.fixture
def buyer(cast):
    return make_customer(cast.alice, name="Acme")


@pytest.fixture
def product(db):
    return make_product(list_price=D("33.3330"), tax_rate=D("0.13"))


def posted(buyer, *lines, **head):
    """Form data of an order with the given lines (dicts)."""
    data = {
        "form_key": str(uuid.uuid4()),
        "customer": buyer.pk,
        "order_date": timezone.localdate().isoformat(),
        "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": 0,
        **head,
    }
    for index, line in enumerate(lines):
        data |= {f"lines-{index}-{name}": value for name, value in line.items()}
    return data


def a_line(item, **more):
    return {
        "product": item.pk,
        "quantity": "3",
        "price": "33.333",
        "discount": "5",
        "tax_rate": "13",
        **more,
    }


def test_a_rep_writes_an_order_in_the_browser(client, cast, buyer, product):
    client.force_login(cast.alice)
    page = client.get(f"{NEW}?customer={buyer.pk}")
    assert page.status_code == 200
    answer = client.post(NEW, posted(buyer, a_line(product), a_line(product, discount="")))
    order = Order.objects.get()
    assert answer.headers["Location"] == reverse("orders:order_detail", args=[order.pk])
    assert (order.net, order.tax) == (D("195.00"), D("25.35"))
    assert client.get(answer.headers["Location"]).status_code == 200


def test_the_first_line_already_searches_all_products_on_the_server(client, cast, buyer, product):
    """A catalogue longer than the short list: otherwise the fifty-first product could not be ordered."""
    for n in range(51):
        make_product(code=f"LONG-{n}")
    client.force_login(cast.alice)
    page = client.get(NEW).content.decode()
    line = re.search(r'<select[^>]*name="lines-0-product"[^>]*>', page).group()
    assert 'data-pick="/ui/choices/catalog.product/"' in line


def test_empty_price_and_tax_take_the_products(client, cast, buyer, product):
    client.force_login(cast.alice)
    client.post(NEW, posted(buyer, {"product": product.pk, "quantity": "１０"}))
    (line,) = Order.objects.get().lines.all()
    assert (line.price, line.tax_rate, line.quantity) == (D("33.3330"), D("0.13"), D("10"))


def test_the_same_form_sent_twenty_times_makes_one_order(client, cast, buyer, product):
    client.force_login(cast.alice)
    data = posted(buyer, a_line(product))
    answers = {client.post(NEW, data).headers["Location"] for _ in range(20)}
    assert len(answers) == 1
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "NaN"),
        ("quantity", "Infinity"),
        ("quantity", "1e400"),
        ("quantity", "-1"),
        ("quantity", "0"),
        ("quantity", "9" * 19),
        ("quantity", "1,5"),
        ("price", "-0.01"),
        ("price", "0.00001"),
        ("discount", "100.01"),
        ("discount", "31"),
        ("tax_rate", "101"),
        ("product", "999999999"),
        ("product", "x"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_saved(
    client, cast, buyer, product, field, value
):
    client.force_login(cast.alice)
    answer = client.post(NEW, posted(buyer, a_line(product, **{field: value})))
    assert answer.status_code in (200, 400)
    assert answer.context["form"].lines.forms[0].errors.get(field)
    assert not Order.objects.exists()


def test_a_foreign_customer_and_a_foreign_contract_are_no_choice(client, cast, buyer, product):
    client.force_login(cast.alice)
    foreign = make_customer(cast.carol)
    answer = client.post(NEW, posted(foreign, a_line(product)))
    assert "customer" in answer.context["form"].errors
    own_of_other_customer = make_contract(make_customer(cast.alice))
    for contract in (make_contract(foreign), own_of_other_customer):
        answer = client.post(NEW, posted(buyer, a_line(product), contract=contract.pk))
        assert "contract" in answer.context["form"].errors
    assert not Order.objects.exists()


def test_fields_that_are_not_the_persons_to_set_are_ignored(client, cast, buyer, product):
    client.force_login(cast.alice)
    extra = {
        "owner": cast.carol.pk,
        "team": cast.group_b.pk,
        "state": "shipped",
        "number": "DD-2026-99999",
        "total": "1",
        "base_rate": "99",
        "id": "1",
    }
    client.post(NEW, posted(buyer, a_line(product, net="0", tax="0"), **extra))
    order = Order.objects.get()
    assert (order.owner, order.team, order.state, order.number) == (cast.alice, cast.group_a, "draft", None)
    assert (order.total, order.base_rate) == (D("107.35"), D("1"))


def test_a_hundred_thousand_lines_are_refused(client, cast, buyer, product):
    client.force_login(cast.alice)
    data = posted(buyer, a_line(product)) | {"lines-TOTAL_FORMS": 100_000}
    assert client.post(NEW, data).status_code in (200, 400)
    assert not Order.objects.exists()


def test_a_line_can_be_added_without_javascript(client, cast, buyer, product):
    client.force_login(cast.alice)
    answer = client.post(NEW, posted(buyer, a_line(product), add_line="lines"))
    assert len(answer.context["form"].lines.forms) == 2
    assert b"33.333" in answer.content
    assert not Order.objects.exists()


def test_a_line_can_be_taken_out(client, cast, buyer, product):
    client.force_login(cast.alice)
    client.post(NEW, posted(buyer, a_line(product), a_line(product, quantity="1000", DELETE="on")))
    assert Order.objects.get().lines.count() == 1


def test_an_edit_over_a_newer_version_is_told(client, cast, buyer, product):
    order = make_order(buyer, state="draft", product=product, order_date=timezone.localdate())
    url = reverse("orders:order_edit", args=[order.pk])
    client.force_login(cast.alice)
    assert client.get(url).status_code == 200
    assert client.post(url, posted(buyer, a_line(product), form_version="1")).status_code == 302
    assert client.post(url, posted(buyer, a_line(product), form_version="1")).status_code == 409
    order.refresh_from_db()
    assert order.version == 2


def test_the_preview_says_what_the_service_will_compute(client, cast, buyer, product):
    client.force_login(cast.alice)
    url = reverse("orders:order_preview")
    data = client.post(
        url, posted(buyer, a_line(product), {"product": "", "quantity": ""}, freight="10")
    ).json()
    assert data["lines"]["0"] == {
        "net": "95.00",
        "tax": "12.35",
        "price": "33.333",
        "tax_rate": "13",
        "unit": "pcs",
    }
    assert data["totals"] == {"net": "95.00", "tax": "12.35", "freight": "10.00", "total": "117.35"}
    assert not Order.objects.exists()


def test_the_day_of_an_order(client, cast, buyer, product):
    def act(person, name, **data):
        client.force_login(person)
        url = reverse(f"orders:order_{name}", args=[order.pk])
        assert client.get(url).status_code == 200
        answer = client.post(url, {"form_key": str(uuid.uuid4()), **data})
        assert answer.status_code == 302, answer.content.decode()[:3000]

    client.force_login(cast.alice)
    client.post(NEW, posted(buyer, a_line(product)))
    order = Order.objects.get()
    act(cast.alice, "submit")
    act(cast.bob, "return", reason="check the price")
    act(cast.alice, "submit")
    act(cast.bob, "confirm")
    act(cast.otto, "ship", shipped_date=timezone.localdate().isoformat(), ship_method="sea")
    sold = order.lines.get()
    act(
        cast.alice,
        "record_return",
        line=sold.pk,
        return_date=timezone.localdate().isoformat(),
        quantity="1",
        reason="broken",
    )
    order.refresh_from_db()
    assert order.state == "shipped"
    assert order.returns.get().net == D("31.67")
    page = client.get(reverse("orders:order_detail", args=[order.pk])).content.decode()
    assert "broken" in page


def test_a_line_of_another_order_is_no_choice_for_a_return(client, cast, buyer):
    order, other = make_order(buyer, state="shipped"), make_order(buyer, state="shipped")
    client.force_login(cast.alice)
    answer = client.post(
        reverse("orders:order_record_return", args=[order.pk]),
        {"line": other.lines.get().pk, "return_date": timezone.localdate().isoformat(), "reason": "x"},
    )
    assert "line" in answer.context["form"].errors


def test_states_cannot_be_jumped_by_url(client, cast, buyer):
    order = make_order(buyer, state="draft")
    client.force_login(cast.mona)
    for name in ("confirm", "ship"):
        data = {"shipped_date": timezone.localdate().isoformat()}
        assert client.post(reverse(f"orders:order_{name}", args=[order.pk]), data).status_code == 409
    order.refresh_from_db()
    assert order.state == "draft"


@pytest.mark.parametrize("query", ["", "?state=confirmed&sort=-total", "?late=on", "?below_floor=on&q=T-"])
def test_the_list_page_costs_the_same_for_one_and_for_forty(
    client, cast, buyer, product, query, django_assert_max_num_queries
):
    for _ in range(40):
        make_order(buyer, product=product, order_date=timezone.localdate())
    client.force_login(cast.bob)
    client.get(f"/orders/orders/{query}")
    with django_assert_max_num_queries(14):
        assert client.get(f"/orders/orders/{query}").status_code == 200


def test_every_filter_narrows(client, cast, buyer, product):
    order = make_order(buyer, product=product, order_date=timezone.localdate(), region="East")
    client.force_login(cast.bob)
    hits = [
        f"customer={buyer.pk}",
        f"product={product.pk}",
        f"owner={cast.alice.pk}",
        f"team={cast.group_a.pk}",
        "region=east",
        "at_least=1",
        f"q={order.number}",
    ]
    misses = ["state=draft", "region=west", "at_most=1", "late=on", "below_floor=on", "q=nothing"]
    for query in hits:
        page = client.get(f"/orders/orders/?{query}")
        assert page.context["page"].rows == [order], (query, page.context["filterset"].errors)
    for query in misses:
        rows = client.get(f"/orders/orders/?{query}").context["page"].rows
        assert rows == [], query


def test_the_record_page_has_a_fixed_price(client, cast, buyer, product, django_assert_max_num_queries):
    order = make_order(
        buyer, state="shipped", product=product, lines=[("1", "10")] * 30, order_date=timezone.localdate()
    )
    for line in order.lines.all():
        make_return(order, line=line, quantity="1", net="1.00")
    client.force_login(cast.alice)
    client.get(reverse("orders:order_detail", args=[order.pk]))
    with django_assert_max_num_queries(24):
        client.get(reverse("orders:order_detail", args=[order.pk]))


def test_workbench_shows_what_waits_for_whom(client, cast, buyer):
    waiting = make_order(buyer, state="submitted")
    late = make_order(buyer, promised_date=waiting.order_date)
    client.force_login(cast.bob)
    page = client.get("/").content.decode()
    assert waiting.number in page
    assert 'hx-get="?card=orders.late"' in page, "counted after the page has opened"
    assert late.number in client.get("/?card=orders.late").content.decode()
    client.force_login(cast.carol)
    page = client.get("/").content.decode()
    assert waiting.number not in page
    assert not client.get("/?card=orders.late").content.strip(), "who has no late order sees no empty card"
    client.force_login(cast.hugo)
    assert "orders.late" not in client.get("/").content.decode(), "nor is it asked for by who edits no order"


@pytest.mark.parametrize("state", ["draft", "submitted", "confirmed", "shipped", "cancelled"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_record_and_paper_are_shown_in_every_state(client, cast, buyer, state, language):
    order = make_order(buyer, state=state)
    client.force_login(cast.mona)
    with translation.override("en"):
        for page in ("detail", "print"):
            url = reverse(f"orders:order_{page}", args=[order.pk])
            assert client.get(url, headers={"accept-language": language}).status_code == 200


def test_a_manager_confirms_several_orders_at_once_or_none(client, cast):
    orders = [make_order(make_customer(cast.alice), state="submitted") for _ in range(3)]
    client.force_login(cast.mona, backend="salesops.accounts.signin.PersonBackend")
    url = reverse("orders:order_list")
    foreign = make_order(make_customer(cast.alice), state="draft")
    refused = client.post(url, {"action": "confirm", "ids": [o.pk for o in [*orders, foreign]]})
    assert refused.status_code == 409
    assert set(Order.objects.values_list("state", flat=True)) == {"submitted", "draft"}
    done = client.post(url, {"action": "confirm", "ids": [o.pk for o in orders]})
    assert done.status_code == 302
    assert Order.objects.filter(state="confirmed").count() == 3


def test_who_confirms_an_order_that_changed_meanwhile_is_told_and_decides_again(client, cast, buyer, product):
    order = make_order(buyer, state="submitted", lines=[("1", "100")])
    url = reverse("orders:order_confirm", args=[order.pk])
    client.force_login(cast.bob)
    shown = client.get(url).context["version"]
    Order.objects.filter(pk=order.pk).update(version=order.version + 2)
    answer = client.post(url, {"form_key": str(uuid.uuid4()), "form_version": shown})
    assert answer.status_code == 409
    assert "after this page was opened" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "submitted"
    again = {"form_key": str(uuid.uuid4()), "form_version": answer.context["version"]}
    assert client.post(url, again).status_code == 302
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_default_prices_of_many_lines_are_read_at_once(client, cast, buyer, django_assert_num_queries):
    from orders.forms import prices_left_open

    rows = [{"product": make_product(list_price=D(n)), "price": None} for n in range(1, 21)]
    with django_assert_num_queries(1):
        found = prices_left_open(rows, currency="CNY", on=timezone.localdate())
    assert sorted(found.values()) == [D(n) for n in range(1, 21)]


def test_a_working_day_of_an_order_in_figures_worked_out_by_hand(client, cast, buyer):
    """3 x 33.335 - 0 % = 100.01 (100.005 up), tax 13.00; 7 x 19.99 - 12.5 % = 122.44 (122.43875), tax 15.92;
    1 x 0.05 - 10 % = 0.05 (0.045 up), tax 0.01; net 222.50, tax 28.93, freight 10, total 261.43."""
    lamp, chair, screw = (make_product(list_price=D(price)) for price in ("33.335", "19.99", "0.05"))
    client.force_login(cast.alice)
    lines = (
        {"product": lamp.pk, "quantity": "3", "tax_rate": "13"},
        {"product": chair.pk, "quantity": "7", "discount": "12.5", "tax_rate": "13"},
        {"product": screw.pk, "quantity": "1", "discount": "10", "tax_rate": "13"},
    )
    where = client.post(NEW, posted(buyer, *lines, freight="10")).headers["Location"]
    order = Order.objects.get()
    assert [(r.net, r.tax) for r in order.lines.order_by("position")] == [
        (D("100.01"), D("13.00")), (D("122.44"), D("15.92")), (D("0.05"), D("0.01")),
    ]  # fmt: skip
    assert (order.net, order.tax, order.total) == (D("222.50"), D("28.93"), D("261.43"))
    assert client.post(where + "submit/").status_code == 302
    assert client.post(where + "confirm/").status_code == 403
    client.force_login(cast.bob)
    assert client.post(where + "confirm/").status_code == 302
    client.force_login(cast.otto)
    today = timezone.localdate().isoformat()
    assert client.post(where + "ship/", {"shipped_date": today}).status_code == 302
    client.force_login(cast.alice)
    second = order.lines.get(position=2)
    back = {"line": second.pk, "return_date": today, "quantity": "3", "reason": "scratched"}
    assert client.post(where + "record-return/", back).status_code == 302
    assert client.post(where + "record-return/", {**back, "quantity": ""}).status_code == 302
    assert [row.net for row in order.returns.order_by("pk")] == [D("52.47"), D("69.97")]
    assert client.post(where + "record-return/", back).status_code == 400
    assert client.post(where + "cancel/", {"reason": "late"}).status_code == 409
