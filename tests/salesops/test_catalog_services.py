"""Products, prices with dates, rates and taxes: acts, refusals and who may."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from salesops.audit.models import AuditEvent
from salesops.catalog.models import Currency, PaymentTerm, PriceEntry, Product, TaxRate
from salesops.catalog.permissions import hidden_fields
from salesops.catalog.selectors import price_on, rate_to_base, rates_to_base, tax_rate_on
from salesops.catalog.services import money, products
from salesops.core.errors import Duplicate, InvalidInput, NotAllowed
from salesops.core.policies import can
from tests.factories.catalog import make_price_list, make_product

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def test_a_new_company_has_currencies_taxes_and_terms(db):
    assert Currency.objects.count() >= 30
    assert Currency.objects.get(code="JPY").decimals == 0
    assert tax_rate_on("CN-13", on=AT.date()) == D("0.13")
    assert set(TaxRate.objects.values_list("code", flat=True)) == {
        "CN-13", "CN-9", "CN-6", "CN-3", "EXPORT-0", "TW-5",
    }  # fmt: skip
    assert PaymentTerm.objects.filter(code="EOM-30", base="end_of_month", days=30).exists()


def test_a_price_from_a_day_ends_the_one_before(cast):
    product, price_list = make_product(), make_price_list()
    for price, day in ((D(10), date(2026, 1, 1)), (D(12), date(2026, 5, 1)), (D(11), date(2026, 3, 1))):
        products.set_price(price_list, product, price, day, actor=cast.otto, at=AT)
    answers = [
        price_on(product, price_list, day)
        for day in (
            date(2025, 12, 31),
            date(2026, 2, 28),
            date(2026, 3, 1),
            date(2026, 4, 30),
            date(2026, 5, 1),
        )
    ]
    assert answers == [None, D(10), D(11), D(11), D(12)]
    assert price_on(product.pk, "DOMESTIC", date(2027, 1, 1)) == D(12)


def test_the_database_refuses_two_prices_on_one_day(cast):
    product, price_list = make_product(), make_price_list()
    PriceEntry.objects.create(
        price_list=price_list, product=product, price=1, from_date=date(2026, 1, 1), to_date=date(2026, 1, 31)
    )
    PriceEntry.objects.create(price_list=price_list, product=product, price=2, from_date=date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="one_per_day"), transaction.atomic():
        PriceEntry.objects.create(
            price_list=price_list,
            product=product,
            price=2,
            from_date=date(2026, 1, 31),
            to_date=date(2026, 1, 31),
        )
    PriceEntry.objects.create(
        price_list=price_list, product=make_product(), price=2, from_date=date(2026, 1, 31)
    )


def test_the_same_price_twice_changes_nothing(cast):
    product, price_list = make_product(), make_price_list()
    for _n in range(2):
        products.set_price(price_list, product, D(10), date(2026, 1, 1), actor=cast.otto, at=AT)
    assert PriceEntry.objects.count() == 1
    assert AuditEvent.objects.filter(verb="catalog.price_set").count() == 1


def test_rates_hold_until_the_next_one_and_for_many_pairs_at_once(cast, django_assert_num_queries):
    for day, rate in ((date(2026, 1, 1), D("7.1")), (date(2026, 2, 1), D("7.2"))):
        money.set_exchange_rate("USD", day, rate, actor=cast.dora, at=AT)
    with django_assert_num_queries(1):
        answer = rates_to_base(
            [
                ("USD", date(2026, 1, 31)),
                ("USD", date(2026, 3, 1)),
                ("CNY", date(2020, 1, 1)),
                ("USD", date(2025, 1, 1)),
            ]
        )
    assert answer == {
        ("USD", date(2026, 1, 31)): D("7.1"),
        ("USD", date(2026, 3, 1)): D("7.2"),
        ("CNY", date(2020, 1, 1)): D(1),
    }
    assert rate_to_base("USD", on=date(2026, 2, 1)) == D("7.2")
    with pytest.raises(InvalidInput, match="USD on"):
        rate_to_base("USD", on=date(2025, 12, 31))


def test_a_new_tax_rate_starts_when_the_old_one_ends(cast):
    money.set_tax_rate("CN-13", D("0.12"), date(2027, 1, 1), actor=cast.dora, at=AT)
    assert tax_rate_on("CN-13", on=date(2026, 12, 31)) == D("0.13")
    assert tax_rate_on("CN-13", on=date(2027, 1, 1)) == D("0.12")
    with pytest.raises(InvalidInput):
        money.set_tax_rate("CN-13", D("0.11"), date(2026, 6, 1), actor=cast.dora, at=AT)


def test_carton_volume_follows_the_measures(cast):
    product = products.create_product(
        code="X",
        name="X",
        carton_length=D(50),
        carton_width=D(45),
        carton_height=D(35),
        actor=cast.otto,
        at=AT,
    )
    assert product.cbm == D("0.07875")
    product = products.update_product(product, carton_length=D(100), actor=cast.otto, at=AT)
    assert product.cbm == D("0.1575")


def test_refusals_of_products(cast):
    make_product("X")
    with pytest.raises(Duplicate):
        products.create_product(code="X", name="Other", actor=cast.otto, at=AT)
    with pytest.raises(InvalidInput):
        products.create_product(code="Y", name="Y", list_price=D(-1), actor=cast.otto, at=AT)
    with pytest.raises(NotAllowed):
        products.create_product(code="Y", name="Y", actor=cast.alice, at=AT)
    with pytest.raises(NotAllowed):
        money.set_exchange_rate("USD", AT.date(), D(7), actor=cast.otto, at=AT)


def test_cost_is_for_the_roles_of_the_matrix_only(cast):
    seen = {name for name in ("alice", "asha", "bob", "mona", "gina", "dora", "otto", "aida", "lena", "sam", "hugo", "root")
            if can(getattr(cast, name), "view_cost", Product)}  # fmt: skip
    assert seen == {"asha", "bob", "mona", "gina", "dora", "otto", "aida"}
    assert hidden_fields(cast.alice) == ("cost_price", "floor_price")
    assert hidden_fields(cast.dora) == ()


def test_cost_does_not_enter_the_timeline(cast):
    product = make_product(cost_price=D("41.17"))
    products.update_product(product, cost_price=D("43.19"), list_price=D(120), actor=cast.otto, at=AT)
    assert "43.19" not in str(AuditEvent.objects.get().data)
    assert "41.17" not in str(AuditEvent.objects.get().data)


def test_a_price_before_a_later_one_is_corrected_without_naming_its_last_day(db):
    product, price_list = make_product(), make_price_list()
    for day, price in ((date(2026, 1, 1), "10"), (date(2026, 7, 1), "12"), (date(2026, 1, 1), "11")):
        products.set_price(price_list, product, D(price), day, actor=None, at=AT)
    rows = price_list.entries.order_by("from_date").values_list("price", "from_date", "to_date")
    assert list(rows) == [
        (D("11"), date(2026, 1, 1), date(2026, 6, 30)),
        (D("12"), date(2026, 7, 1), None),
    ]
