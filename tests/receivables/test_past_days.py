"""No entry makes a past day wrong: back-dated lines, mirrors, papers of other customers, double billing (quality §2)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection

from receivables.checks import run_checks
from receivables.selectors import AgeingQuery, ageing_report
from receivables.services import Allocation, allocate_receipt, reverse_allocation
from salesops.core.errors import DomainError
from tests.factories.contracts import make_contract
from tests.factories.orders import make_order
from tests.factories.receivables import AT, make_customer, make_receipt, make_receivable
from tests.receivables.test_database_guards import INSERT, attack, books, line  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def day(number):
    return date(2026, 3, number)


@pytest.fixture
def undone(cast):
    """A receipt that stood against an item from the 10th to the 20th; neither side is used now."""
    customer = make_customer(owner=cast.alice)
    item, other = (make_receivable(customer, amount="100.00") for _ in range(2))
    receipt = make_receipt(customer, amount="100.00", to={item: "100.00"}, allocated=day(10))
    reverse_allocation(actor=None, line=receipt.lines.get(), date=day(20), reason="Wrong item", at=AT)
    receipt.refresh_from_db()
    return customer, item, other, receipt


def test_money_is_not_used_twice_on_a_day_that_has_passed(undone, attack):  # noqa: F811
    customer, _item, other, receipt = undone
    with pytest.raises(DomainError):
        allocate_receipt(
            actor=None, receipt=receipt, allocations=[Allocation(other.pk, D("100.00"))], date=day(15), at=AT
        )
    values = line((customer, other, receipt, None), amount=D("100.00"), base=D("100.00"), date=day(15))
    assert attack(INSERT, values) == "receivables_line_not_beyond_then"
    allocate_receipt(
        actor=None, receipt=receipt, allocations=[Allocation(other.pk, D("100.00"))], date=day(20), at=AT
    )
    assert ageing_report(AgeingQuery(as_of=day(15))).total.outstanding == D("100.00")
    assert [check.name for check in run_checks() if check.violations] == []


def test_an_item_is_not_settled_twice_on_a_day_that_has_passed(undone, attack):  # noqa: F811
    customer, item, _other, _receipt = undone
    second = make_receipt(customer, amount="100.00")
    values = line((customer, item, second, None), amount=D("0.01"), base=D("0.01"), date=day(19))
    assert attack(INSERT, values) == "receivables_line_not_beyond_then"
    with pytest.raises(DomainError):
        allocate_receipt(
            actor=None, receipt=second, allocations=[Allocation(item.pk, D("1.00"))], date=day(12), at=AT
        )
    assert ageing_report(AgeingQuery(as_of=day(15))).total.cells["31-60"] == D("100.00")


MIRROR = """
INSERT INTO receivables_receipt (created_at, updated_at, version, number, customer_id, currency_id, amount, base_rate,
    base_amount, source, received_date, method, bank_account, bank_reference, used, reversal_of_id, reason)
SELECT now(), now(), 1, 'MIRROR', customer_id, currency_id, -amount, base_rate, -base_amount, 'manual', %(day)s, method,
    '', '', 0, id, 'bounced' FROM receivables_receipt WHERE id = %(receipt)s
"""


def test_a_mirror_is_not_dated_before_the_lines_of_its_receipt_ended(undone, attack):  # noqa: F811
    *_rest, receipt = undone
    refused = attack(MIRROR, {"day": day(15), "receipt": receipt.pk})
    assert refused == "receivables_receipt_mirrors_original"


PAPER = """
INSERT INTO receivables_receivable (created_at, updated_at, version, number, customer_id, currency_id, amount,
    base_rate, base_amount, source, issue_date, due_date, due_rule, disputed, dispute_reason, settled, settled_base,
    order_id, contract_id, plan_fact)
SELECT now(), now(), 1, 'PAPER', customer_id, currency_id, %(amount)s, 1, %(amount)s, 'manual', issue_date, due_date, '',
    false, '', 0, 0, %(order)s, %(contract)s, '' FROM receivables_receivable WHERE id = %(like)s
"""


def test_a_receivable_names_papers_of_its_own_customer(undone, attack, cast):  # noqa: F811
    _customer, item, *_rest = undone
    stranger = make_customer(owner=cast.alice)
    values = {"like": item.pk, "amount": D("1.00"), "order": None, "contract": None}
    foreign = make_order(stranger, lines=[("1", "100.00")])
    assert attack(PAPER, {**values, "order": foreign.pk}) == "receivables_receivable_own_papers"
    contract = make_contract(stranger)
    assert attack(PAPER, {**values, "contract": contract.pk}) == "receivables_receivable_own_papers"


def test_an_order_is_not_billed_beyond_its_total_by_any_door(undone, attack):  # noqa: F811
    customer, item, *_rest = undone
    order = make_order(customer, lines=[("1", "100.00")], state="shipped", order_date=day(1))
    make_receivable(customer, amount="60.00", issued=day(2), due=day(30), order=order)
    values = {"like": item.pk, "amount": D("40.01"), "order": order.pk, "contract": None}
    assert attack(PAPER, values) == "receivables_receivable_not_beyond_order"
    with connection.cursor() as cursor:
        cursor.execute(PAPER, {**values, "amount": D("40.00")})


NOTE = """
INSERT INTO receivables_creditnote (created_at, updated_at, version, number, customer_id, currency_id, amount, base_rate,
    base_amount, source, date, receivable_id, used, reason)
SELECT now(), now(), 1, 'NOTE', %(customer)s, currency_id, 1, 1, 1, 'manual', issue_date, id, 0, 'x'
FROM receivables_receivable WHERE id = %(item)s
"""


def test_a_credit_note_is_for_an_item_of_its_own_customer(undone, attack, cast):  # noqa: F811
    _customer, item, *_rest = undone
    stranger = make_customer(owner=cast.alice)
    refused = attack(NOTE, {"customer": stranger.pk, "item": item.pk})
    assert refused == "receivables_creditnote_own_item"


def test_a_line_takes_its_share_in_base_currency(cast, attack):  # noqa: F811
    customer = make_customer(owner=cast.alice)
    item = make_receivable(customer, amount="100.00")
    receipt = make_receipt(customer, amount="80.00")
    for base in ("0.00", "49.90", "50.10", "99.00"):
        values = line((customer, item, receipt, None), amount=D("50.00"), base=D(base))
        assert attack(INSERT, values) in (
            "receivables_line_base_share",
            "receivables_receipt_used_base_closes",
        )


def test_money_recorded_late_settles_from_the_day_on_which_the_mistake_was_taken_back(undone):
    customer, item, _other, _receipt = undone
    late = make_receipt(customer, amount="40.00", received=day(12), to={item: "40.00"})
    assert [row.date for row in late.lines.all()] == [day(20)]
    for number, open_then in ((9, "200.00"), (15, "100.00"), (20, "160.00")):
        assert ageing_report(AgeingQuery(as_of=day(number))).total.outstanding == D(open_then)
