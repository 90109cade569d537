"""Forms under attack: foreign keys, extra fields, roles that only look, endless rows, endless numbers."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from orders.models import Order
from receivables.models import Receipt, Receivable, SettlementLine
from tests.attacks.world import addresses, make_prey

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def mine(cast, house):
    return make_prey(cast.alice, "Ownword")


def money_of(row):
    return {f"item-{row.pk}": "1.00"}


def counted():
    """How many rows every table of ours holds; logs of refusals and keys of forms aside."""
    aside = {"audit", "ui", "sessions", "axes", "numbering"}
    return {
        model._meta.label: model._base_manager.count()
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in settings.OWN_PACKAGES and config.label not in aside
        for model in config.get_models()
    }


def order_form(customer, product, **more):
    return {
        "customer": customer.pk,
        "order_date": TODAY().isoformat(),
        "required_date": TODAY().isoformat(),
        "currency": "CNY",
        "freight": "0",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-product": product.pk,
        "lines-0-quantity": "2",
        "lines-0-price": "10.00",
        "lines-0-discount": "0",
        "lines-0-tax_rate": "13",
        **more,
    }


def foreign_posts(mine, prey, house):
    """Url, its arguments and a form that names a record of the other team."""
    today = TODAY().isoformat()
    yield "orders:order_create", [], order_form(prey.customer, house.product)
    yield "orders:order_create", [], order_form(mine.customer, house.product, contract=prey.contract.pk)
    yield "orders:order_edit", [mine.orders["draft"].pk], order_form(prey.customer, house.product)
    yield (
        "contracts:contract_create",
        [],
        {
            "customer": prey.customer.pk,
            "amount": "5",
            "currency": "CNY",
            "signed_date": today,
            "start_date": today,
        },
    )
    yield (
        "customers:visit_create",
        [],
        {"customer": prey.customer.pk, "kind": "visit", "planned_date": today, "purpose": "x"},
    )
    yield (
        "customers:visit_log_new",
        [],
        {
            "customer": prey.customer.pk,
            "kind": "visit",
            "visited_at": f"{today}T00:01",
            "result": "y",
        },
    )
    yield (
        "customers:customer_create",
        [],
        {"name": "Fresh One Ltd", "kind": "company", "parent": prey.customer.pk},
    )
    yield (
        "customers:customer_create",
        [],
        {"name": "Fresh Two", "kind": "company", "owner": mine.owner.pk, "parent": 10**15},
    )
    yield (
        "customers:customer_edit",
        [mine.customer.pk],
        {"name": "Renamed", "kind": "company", "parent": prey.customer.pk},
    )


def test_a_form_that_names_a_foreign_record_saves_nothing(cast, house, prey, mine, as_):
    """Z6, Z7: customer, contract, contact, parent of another team, by every form that has such a field."""
    client = as_(cast.alice)
    for name, args, data in foreign_posts(mine, prey, house):
        before = counted()
        answer = client.post(reverse(name, args=args), data)
        assert answer.status_code in (200, 400, 404, 409, 422), (name, data, answer.status_code)
        assert counted() == before, (name, data)
    mine.customer.refresh_from_db()
    mine.orders["draft"].refresh_from_db()
    assert mine.customer.name == "Ownword Trading"
    assert mine.customer.parent is None
    assert mine.orders["draft"].customer == mine.customer


def test_money_of_one_customer_never_settles_what_another_owes(cast, house, prey, mine, as_):
    """Z6, Z7: receipt, credit note and allocation across customers, through finance's own forms."""
    client = as_(cast.dora)
    today = TODAY().isoformat()
    posts = [
        ("receivables:receipt_allocate", [mine.receipt.pk], {"date": today, **money_of(prey.receivable)}),
        (
            "receivables:creditnote_allocate",
            [mine.credit_note.pk],
            {"date": today, **money_of(prey.receivable)},
        ),
        (
            "receivables:creditnote_create",
            [],
            {
                "customer": mine.customer.pk,
                "receivable": prey.receivable.pk,
                "date": today,
                "amount": "1.00",
                "currency": "CNY",
                "reason": "r",
            },
        ),
        (
            "receivables:receipt_create",
            [],
            {
                "customer": mine.customer.pk,
                "received_date": today,
                "amount": "1.00",
                "currency": "CNY",
                "method": "transfer",
                **money_of(prey.receivable),
            },
        ),
    ]
    for name, args, data in posts:
        client.post(reverse(name, args=args), data)
        assert SettlementLine.objects.filter(receivable=prey.receivable).count() == 1, name
        prey.receivable.refresh_from_db()
        assert prey.receivable.settled == Decimal("10.00"), name


def test_fields_that_no_form_offers_change_nothing(cast, house, mine, as_):
    """Z9: owner, team, state, number, totals, id and dates of making, on every edit and create form."""
    extra = {
        "owner": cast.carol.pk,
        "owner_id": cast.carol.pk,
        "team": cast.group_b.pk,
        "team_id": cast.group_b.pk,
        "state": "shipped",
        "number": "FORGED-1",
        "code": "FORGED-1",
        "total": "0.01",
        "net": "0.01",
        "base_net": "0.01",
        "base_total": "0.01",
        "paid": "1",
        "settled": "1",
        "used": "0",
        "id": mine.customer.pk,
        "pk": mine.customer.pk,
        "created_at": "2001-01-01",
        "created_by": cast.root.pk,
        "version": "99",
        "is_staff": "on",
        "is_superuser": "on",
        "confirmed_date": "2001-01-01",
        "credit_limit": "99999999",
        "base_rate": "0.0001",
    }
    client = as_(cast.alice)
    answer = client.post(reverse("orders:order_create"), order_form(mine.customer, house.product, **extra))
    made = Order.objects.latest("pk")
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert (made.owner, made.team, made.state, made.total) == (
        cast.alice,
        cast.group_a,
        "draft",
        Decimal("22.60"),
    )
    assert made.number != "FORGED-1"
    assert made.pk != mine.customer.pk or made.created_at.year > 2001
    assert made.created_by == cast.alice
    client.post(
        reverse("customers:customer_edit", args=[mine.customer.pk]),
        {"name": "Ownword Trading", "kind": "company", **{k: v for k, v in extra.items() if k != "code"}},
    )
    row = Customer.objects.get(pk=mine.customer.pk)
    assert (row.owner, row.team, row.credit_limit) == (cast.alice, cast.group_a, None)
    assert row.created_at.year > 2001
    client.post(reverse("accounts:profile"), {"phone": "1", "language": "en", "theme": "", **extra})
    person = type(cast.alice).objects.get(pk=cast.alice.pk)
    assert not person.is_staff
    assert not person.is_superuser


def test_finance_forges_no_ledger_fields(cast, house, mine, as_):
    """Z9: caches, owner, rate and number of ledger documents come from the services alone."""
    client = as_(cast.dora)
    today = TODAY().isoformat()
    extra = {
        "owner": cast.carol.pk,
        "team": cast.group_b.pk,
        "number": "FORGED",
        "used": "-5",
        "settled": "1",
        "base_rate": "9",
        "base_amount": "900",
        "reversed": "on",
        "order": mine.order.pk,
        "created_by": cast.root.pk,
    }
    data = {"customer": mine.customer.pk, "amount": "10.00", "currency": "CNY", **extra}
    client.post(reverse("receivables:receipt_create"), {**data, "received_date": today, "method": "transfer"})
    made = Receipt.objects.latest("pk")
    assert (made.owner, made.base_amount, made.amount) == (cast.alice, Decimal("10.00"), Decimal("10.00"))
    assert made.number != "FORGED"
    client.post(
        reverse("receivables:receivable_create"),
        {**data, "issue_date": today, "due_date": today, "order": ""},
    )
    item = Receivable.objects.latest("pk")
    assert (item.owner, item.settled, item.base_amount) == (cast.alice, 0, Decimal("10.00"))


def test_who_only_looks_posts_nothing(cast, house, prey, as_):
    """Z10: the auditor, and the general manager on what is not hers, at every address of the product."""
    wrong = []
    open_to_all = {
        "accounts:login",
        "accounts:logout",
        "accounts:profile",
        "accounts:password_change",
        "accounts:password_forgotten",
        "accounts:password_reset_confirm",
        "ui:preferences",
        "ui:savedview_create",
        "notifications:notification_read_all",
        "audit:integrity",
    }
    client = as_(cast.aida)
    every = addresses(prey, house, cast)
    before = counted()
    for name, places in every.items():
        if name in open_to_all:
            continue
        for place in places:
            status = client.post(place, {}).status_code
            read_only_bulk = name.endswith("_list") and status == 400
            if status not in (403, 404, 405) and not read_only_bulk:
                wrong.append(f"{name}: {status}")
    assert not wrong, "\n".join(wrong)
    assert counted() == before


def test_a_state_is_not_jumped_over(cast, house, mine, as_):
    """Z11: every act on a record whose state does not allow it answers with a refusal and changes nothing."""
    posts = [
        (cast.alice, "orders:order_submit", mine.orders["shipped"]),
        (cast.alice, "orders:order_ship", mine.orders["draft"]),
        (cast.alice, "orders:order_ship", mine.orders["submitted"]),
        (cast.alice, "orders:order_edit", mine.orders["confirmed"]),
        (cast.alice, "orders:order_edit", mine.orders["shipped"]),
        (cast.alice, "orders:order_record_return", mine.orders["confirmed"]),
        (cast.alice, "orders:order_cancel", mine.orders["shipped"]),
        (cast.bob, "orders:order_confirm", mine.orders["draft"]),
        (cast.bob, "orders:order_confirm", mine.orders["shipped"]),
        (cast.bob, "orders:order_return", mine.orders["shipped"]),
        (cast.bob, "contracts:contract_complete", mine.draft_contract),
        (cast.bob, "contracts:contract_activate", mine.contract),
        (cast.bob, "contracts:contract_edit", mine.contract),
        (cast.bob, "contracts:contract_void", mine.contract),
        (cast.alice, "customers:visit_log", mine.done),
        (cast.alice, "customers:visit_cancel", mine.done),
        (cast.alice, "customers:visit_replan", mine.done),
    ]
    today = TODAY().isoformat()
    full = {
        **order_form(mine.customer, house.product),
        "reason": "because",
        "shipped_date": today,
        "planned_date": today,
        "result": "z",
        "kind": "visit",
        "visited_at": f"{today}T00:01",
    }
    for person, name, row in posts:
        state = type(row).objects.get(pk=row.pk).state
        answer = as_(person).post(reverse(name, args=[row.pk]), full)
        assert answer.status_code in (200, 403, 404, 409, 422), (name, row.state, answer.status_code)
        assert type(row).objects.get(pk=row.pk).state == state, (name, state)


def test_nobody_confirms_the_own_order(cast, house, mine, as_):
    """Z11, B16: a lead who wrote and submitted an order does not confirm it."""
    from tests.factories.customers import make_customer
    from tests.factories.orders import make_order

    own = make_order(make_customer(cast.bob), state="submitted", submitted_by=cast.bob, number="BOBS")
    as_(cast.bob).post(reverse("orders:order_confirm", args=[own.pk]), {})
    own.refresh_from_db()
    assert own.state == "submitted"


@pytest.mark.parametrize("total", ["100000", "-1", "abc", "1e9", "9" * 400])
def test_lines_have_a_limit_and_never_a_fault(cast, house, mine, as_, total):
    """Z17: TOTAL_FORMS beyond reason; nothing is saved."""
    before = Order.objects.count()
    data = order_form(mine.customer, house.product) | {"lines-TOTAL_FORMS": total}
    for name, args in (("orders:order_create", []), ("orders:order_preview", [])):
        answer = as_(cast.alice).post(reverse(name, args=args), data)
        assert answer.status_code in (200, 400, 422), (name, answer.status_code)
    assert Order.objects.count() == before


def test_a_line_of_another_order_cannot_be_named(cast, house, prey, mine, as_):
    """Z17: ids of lines in the form, and the line of a foreign order for a return."""
    foreign = prey.orders["shipped"].lines.get()
    as_(cast.alice).post(
        reverse("orders:order_record_return", args=[mine.orders["shipped"].pk]),
        {"line": foreign.pk, "return_date": TODAY().isoformat(), "quantity": "1", "net": "1", "reason": "r"},
    )
    assert foreign.returns.count() == 0
    as_(cast.alice).post(
        reverse("orders:order_edit", args=[mine.orders["draft"].pk]),
        order_form(mine.customer, house.product, **{"lines-0-id": foreign.pk, "lines-0-DELETE": ""}),
    )
    foreign.refresh_from_db()
    assert foreign.order == prey.orders["shipped"]


@pytest.mark.parametrize(
    "bad",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "9" * 19,
        "9" * 400,
        "-1",
        "-0.01",
        "1.005",
        "0x10",
        "1,5",
        "１e9",
        "--1",
    ],
)
def test_numbers_that_are_none_are_refused_in_every_form_with_money(cast, house, mine, as_, bad):
    """I9, B6: never a fault, never a float, never a negative amount."""
    before = counted()
    today = TODAY().isoformat()
    money = {"customer": mine.customer.pk, "amount": bad, "currency": "CNY"}
    posts = [
        (
            cast.dora,
            "receivables:receipt_create",
            [],
            {**money, "received_date": today, "method": "transfer"},
        ),
        (cast.dora, "receivables:receivable_create", [], {**money, "issue_date": today, "due_date": today}),
        (cast.dora, "receivables:creditnote_create", [], {**money, "date": today, "reason": "r"}),
        (cast.alice, "contracts:contract_create", [], {**money, "signed_date": today, "start_date": today}),
        (
            cast.dora,
            "receivables:receipt_allocate",
            [mine.receipt.pk],
            {"date": today, f"item-{mine.receivable.pk}": bad},
        ),
    ]
    for field in ("quantity", "discount", "freight", "price"):
        name = "freight" if field == "freight" else f"lines-0-{field}"
        if (field, bad) in {("price", "1.005"), ("quantity", "1.005"), ("discount", "1.005")}:
            continue  # prices and quantities have more decimals
        posts.append(
            (cast.alice, "orders:order_create", [], order_form(mine.customer, house.product, **{name: bad}))
        )
    for person, url, args, data in posts:
        answer = as_(person).post(reverse(url, args=args), data)
        assert answer.status_code in (200, 400, 409, 422), (url, answer.status_code)
        assert counted() == before, (url, data)


@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "2099-01-01", "x", "-1"]
)
def test_days_that_cannot_be_are_refused(cast, house, mine, as_, day):
    """B7: year 1 and 9999, the 30th of February, the far future: a field error, nothing saved."""
    before = counted()
    money = {"customer": mine.customer.pk, "amount": "5.00", "currency": "CNY"}
    posts = [
        (cast.dora, "receivables:receipt_create", {**money, "received_date": day, "method": "transfer"}),
        (cast.dora, "receivables:receivable_create", {**money, "issue_date": day, "due_date": day}),
        (cast.dora, "receivables:creditnote_create", {**money, "date": day, "reason": "r"}),
        (cast.alice, "orders:order_create", order_form(mine.customer, house.product, order_date=day)),
        (
            cast.alice,
            "customers:visit_log_new",
            {"customer": mine.customer.pk, "kind": "visit", "visited_at": f"{day}T10:00", "result": "r"},
        ),
    ]
    for person, url, data in posts:
        answer = as_(person).post(reverse(url), data)
        assert answer.status_code in (200, 400, 409, 422), (url, answer.status_code)
        assert counted() == before, (url, day)
