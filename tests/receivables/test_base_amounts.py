"""Parts of what was sold in a foreign currency make the whole in ours, to the cent, by every door."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.models import Order, Return
from orders.services import record_return
from performance.choices import Dimension
from performance.selectors.figures import figure_table
from receivables.checks import run_checks
from receivables.models import CreditNote
from receivables.services import NewWriteOff, enter_write_off, reverse_credit_note
from salesops.accounts.models import User
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.catalog.models import Currency, ExchangeRate
from salesops.core.periods import Period
from tests.factories.accounts import make_person
from tests.factories.orders import make_order
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
)
from tests.salesops.exchange_files import good, reasons, run, table

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
RATE = D("7.12345678")


@pytest.fixture
def abroad(cast):
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 1, 1), rate=RATE)
    return make_customer(owner=cast.alice, code="ABROAD", money="USD")


@pytest.fixture
def sold(abroad):
    """Three lines of 33.37 USD."""
    return make_order(
        abroad, state="shipped", order_date=DAY, lines=[("7", "4.767")] * 3, rate=RATE, number="SO-1"
    )


def books_hold():
    assert [(r.name, r.sample) for r in run_checks() if r.violations] == []


def test_a_line_that_comes_back_piece_by_piece_gives_its_whole_base_amount_back(cast, sold):
    for line in sold.lines.all():
        for _ in range(7):
            record_return(actor=cast.alice, order=sold, line=line, quantity=D(1), return_date=DAY, at=AT)
        assert sum(r.base_net for r in line.returns.all()) == line.base_net
    assert sum(r.base_net for r in Return.objects.all()) == sold.base_net


def test_an_import_of_returns_does_so_too(cast, sold, tmp_path):
    product = sold.lines.first().product.code
    rows = [f"SO-1,{DAY},{product},{n % 2 + 1}" for n in range(14)]
    good("returns", table(tmp_path, "r.csv", "order,return_date,line_product,line_quantity", *rows))
    assert sum(r.net for r in Return.objects.all()) == sold.net
    assert sum(r.base_net for r in Return.objects.all()) == sold.base_net


def test_credit_for_the_whole_of_an_item_is_its_base_amount(cast, abroad, tmp_path):
    item = make_receivable(abroad, amount="100.01")
    make_credit_note(abroad, amount="33.33", receivable=item)
    wrong = make_credit_note(abroad, amount="11.11", receivable=item)
    reverse_credit_note(actor=cast.dora, credit_note=wrong, reason="Twice", at=AT)
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 4, 1), rate=D("6.9"))
    rows = [f"CN-{n},ABROAD,2026-04-0{n},22.22,USD,{item.number},Rest" for n in (1, 2)]
    heads = "number,customer,date,amount,currency,receivable,reason"
    good("credit_notes", table(tmp_path, "c.csv", heads, *rows))
    make_credit_note(abroad, amount="22.24", receivable=item, on=date(2026, 4, 2))
    assert {n.base_rate for n in CreditNote.objects.all()} == {RATE}
    assert sum(n.base_amount for n in CreditNote.objects.all()) == item.base_amount
    for note in CreditNote.objects.all():
        assert abs(note.base_amount - note.amount * RATE) <= D("0.02")
    books_hold()


def test_more_credit_than_the_item_was_counts_at_its_rate(abroad):
    item = make_receivable(abroad, amount="10.00")
    note = make_credit_note(abroad, amount="30.00", receivable=item)
    assert note.base_amount == item.base_amount + round(20 * RATE, 2)
    books_hold()


def test_sales_of_an_order_that_was_credited_bit_by_bit_are_nothing(cast):
    customer = make_customer(owner=cast.alice)
    order = make_order(
        customer, state="shipped", order_date=DAY, lines=[("1", "100.01", "0", "0.13")], freight=D("7.77")
    )
    item = make_receivable(customer, amount=order.total, issued=DAY, due=None, order=order)
    for _ in range(3):
        make_credit_note(customer, amount=round(order.total / 4, 2), receivable=item, on=DAY)
    left = order.total - 3 * round(order.total / 4, 2)
    make_credit_note(customer, amount=left, receivable=item, on=DAY)
    sales = figure_table("sal_amt", Period.parse("2026-06"), Dimension.COMPANY, at=AT).total
    assert (sales.value, sales.rows) == (0, 5)


def test_imported_amounts_have_no_coins_that_their_currency_lacks(cast, tmp_path):
    Currency.objects.update_or_create(code="JPY", defaults={"name": "Yen", "decimals": 0})
    ExchangeRate.objects.create(currency_id="JPY", date=date(2026, 1, 1), rate=D("0.05"))
    customer = make_customer(owner=cast.alice, code="TOKYO", money="JPY")
    product = make_order(customer, number="OLD").lines.get().product.code
    heads = "number,customer,order_date,line_product,line_quantity,line_price,line_tax_rate,shipped_date"
    row = f"SO-9,TOKYO,2026-06-01,{product},3,333.50,0.1,2026-06-02"
    good("orders", table(tmp_path, "o.csv", heads, row))
    order = Order.objects.get(number="SO-9")
    assert (order.net, order.tax, order.total) == (1001, 100, 1101)
    items = table(
        tmp_path, "i.csv", "number,customer,issue_date,due_date,amount,currency", "I-1,TOKYO,2026-06-02,2026-07-02,100.50,JPY"
    )  # fmt: skip
    assert reasons(run("receivables", items)) == [(2, "amount")]


WAYS = ("receipt", "credit", "write-off")
parts = st.lists(st.tuples(st.sampled_from(WAYS), st.integers(1, 9999)), min_size=2, max_size=4)
usual_rates = st.decimals("5", "9", places=8)


@settings(max_examples=5)
@given(parts, usual_rates, usual_rates)
def test_whatever_settles_an_item_makes_its_base_amount_and_says_so_everywhere(cast, parts, sold_at, paid_at):
    """One rounding only: entry, document and lines say the same; the exchange difference takes the rest."""
    dina = User.objects.filter(username="dina").first()
    dina = dina or make_person("dina", "finance", team=cast.office, superior=cast.gina)
    usd = make_customer(owner=cast.alice, money="USD")
    total = D(sum(cents for _way, cents in parts)) / 100
    for day, rate in ((date(2026, 1, 1), sold_at), (date(2026, 2, 1), paid_at)):
        ExchangeRate.objects.update_or_create(currency=usd.currency, date=day, defaults={"rate": rate})
    item = make_receivable(usd, amount=total)
    for way, cents in parts:
        amount = D(cents) / 100
        if way == "receipt":
            make_receipt(usd, amount=amount, to={item: amount})
        elif way == "credit":
            make_credit_note(usd, amount=amount, receivable=item)
        else:
            new = NewWriteOff(item, amount, DAY, "Insolvent", "Ruling 12/2026")
            entry = enter_write_off(actor=cast.dora, write_off=new, at=AT)
            for person in (dina, cast.gina):
                approve(actor=person, at=AT, request=ApprovalRequest.objects.about(entry).get())
            entry.refresh_from_db()
            line = entry.adjustment.lines.get()
            assert entry.base_amount == entry.adjustment.base_amount == line.base_amount
    item.refresh_from_db()
    assert (item.outstanding, item.settled_base) == (0, item.base_amount)
    lines = item.lines.all()
    assert sum(line.base_amount for line in lines) == item.base_amount
    for line in lines.filter(receipt__isnull=False):
        assert line.base_amount + line.exchange_difference == line.receipt.base_amount
    books_hold()
