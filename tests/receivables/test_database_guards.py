"""SQL attacks on the ledger, as its owner and as the application's role (quality §2)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from receivables.models import SettlementLine
from receivables.services import close_ledger_month, reverse_receipt
from salesops.catalog.models import ExchangeRate
from salesops.core.periods import Period
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
)

pytestmark = pytest.mark.django_db
ROLES = ["owner", "application"]


@pytest.fixture(params=ROLES)
def attack(request, cast):
    """Runs SQL as a role in a savepoint and hands back the name of the rule that refused it."""

    def run(sql, params=()):
        connection.check_constraints()  # no deferred events in the way of TRUNCATE
        with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
            if request.param == "application":
                cursor.execute(f"SET LOCAL ROLE {settings.DATABASE_APP_ROLE or 'salesops_app'}")
            cursor.execute(sql, params)
        diag = refusal.value.__cause__.diag
        return diag.constraint_name or diag.sqlstate

    return run


@pytest.fixture
def books(cast):
    customer = make_customer(owner=cast.alice)
    item = make_receivable(customer, amount="100.00")
    receipt = make_receipt(customer, amount="80.00", to={item: "30.00"})
    note = make_credit_note(customer, amount="5.00", receivable=item)
    return customer, item, receipt, note


INSERT = """
INSERT INTO receivables_settlementline
    (receivable_id, receipt_id, customer_id, currency_id, amount, base_amount, date, recorded_at,
     reversal_of_id, reason)
VALUES (%(item)s, %(receipt)s, %(customer)s, %(currency)s, %(amount)s, %(base)s, %(date)s, now(), %(of)s, '')
"""


def line(books, **more):
    customer, item, receipt, _note = books
    values = {
        "item": item.pk,
        "receipt": receipt.pk,
        "customer": customer.pk,
        "currency": "CNY",
        "amount": D("1.00"),
        "base": D("1.00"),
        "date": date(2026, 3, 1),
        "of": None,
    }
    return values | more


@pytest.mark.parametrize(
    "table",
    [
        "receivables_receivable",
        "receivables_receipt",
        "receivables_creditnote",
        "receivables_settlementline",
    ],
)
def test_posted_rows_cannot_be_deleted_or_truncated(attack, books, table):
    assert "not_deleted" in attack(f"DELETE FROM {table}")
    answer = attack(f"TRUNCATE {table} CASCADE")
    assert "not_truncated" in answer or answer == "42501"


@pytest.mark.parametrize(
    "sql, rule",
    [
        ("UPDATE receivables_settlementline SET amount = 1", "receivables_line_append_only"),
        ("UPDATE receivables_settlementline SET reason = 'x'", "receivables_line_append_only"),
        ("UPDATE receivables_receivable SET amount = 1", "receivables_receivable_immutable"),
        ("UPDATE receivables_receivable SET due_date = '2027-01-01'", "receivables_receivable_due_kept"),
        ("UPDATE receivables_receivable SET owner_id = NULL", "receivables_receivable_immutable"),
        ("UPDATE receivables_receivable SET settled = 0, settled_base = 0", "receivables_receivable_caches"),
        ("UPDATE receivables_receipt SET used = 0", "receivables_receipt_caches"),
        ("UPDATE receivables_receipt SET reversed_date = '2026-03-01'", "receivables_receipt_caches"),
        ("UPDATE receivables_receipt SET customer_id = customer_id + 1", "receivables_receipt_immutable"),
        ("UPDATE receivables_receipt SET bank_reference = 'x'", "receivables_receipt_immutable"),
        ("UPDATE receivables_creditnote SET amount = 500", "receivables_creditnote_immutable"),
        ("UPDATE receivables_creditnote SET used = 0", "receivables_creditnote_caches"),
    ],
)
def test_posted_rows_and_their_caches_cannot_be_rewritten(attack, books, sql, rule):
    assert attack(sql) == rule


def test_no_line_settles_more_than_either_side_has(attack, books):
    assert attack(INSERT, line(books, amount=D("65.01"), base=D("65.01"))) in {
        "receivables_receivable_never_oversettled",
        "receivables_receipt_never_overused",
        "receivables_receivable_base_closes_exactly",
    }
    customer, _item, _receipt, _note = books
    small = make_receipt(customer, amount="2.00")
    assert (
        attack(INSERT, line(books, receipt=small.pk, amount=D("2.01"), base=D("2.01")))
        == "receivables_receipt_never_overused"
    )
    assert attack(INSERT, line(books, amount=D("5.00"), base=D("99.00"))).startswith(
        ("receivables_receivable", "receivables_receipt_used_base")
    )


def test_a_foreign_customer_or_currency_is_refused(attack, books):
    stranger = make_customer()
    money = make_receipt(stranger, amount="50.00")
    assert attack(INSERT, line(books, receipt=money.pk)) == "receivables_line_same_customer"
    assert (
        attack(INSERT, line(books, receipt=money.pk, customer=stranger.pk))
        == "receivables_line_same_customer"
    )
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 1, 1), rate=D("7"))
    dollars = make_receipt(books[0], amount="50.00", money="USD")
    assert attack(INSERT, line(books, receipt=dollars.pk)) == "receivables_line_same_currency"
    assert attack(INSERT, line(books, receipt=dollars.pk, currency="USD")) == "receivables_line_same_currency"


def test_signs_sources_and_dates_are_checked(attack, books):
    assert attack(INSERT, line(books, amount=D("-1.00"), base=D("-1.00"))) == "receivables_line_sign"
    assert attack(INSERT, line(books, receipt=None)) == "receivables_line_one_source"
    assert attack(INSERT, line(books, date=date(2026, 1, 1))) == "receivables_line_date_before_documents"


def test_a_reversal_is_equal_and_opposite_and_happens_once(attack, books):
    original = SettlementLine.objects.get(receipt=books[2])
    mirror = {"of": original.pk, "amount": D("-30.00"), "base": D("-30.00")}
    assert (
        attack(INSERT, line(books, **mirror | {"amount": D("-29.00")})) == "receivables_line_mirrors_original"
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, line(books, **mirror))
    assert attack(INSERT, line(books, **mirror)).endswith("_key")
    reversal = SettlementLine.objects.get(reversal_of=original)
    assert attack(INSERT, line(books, of=reversal.pk, amount=D("30.00"), base=D("30.00"))) in {
        "receivables_line_sign"
    }


def test_a_document_cannot_begin_with_money_already_used(attack, books):
    sql = """
    INSERT INTO receivables_receipt (created_at, updated_at, version, number, customer_id, currency_id,
        amount, base_rate, base_amount, source, received_date, method, bank_account, bank_reference, used,
        reason, reversal_of_id)
    VALUES (now(), now(), 1, %s, %s, 'CNY', %s, 1, %s, 'manual', '2026-03-01', 'cash', '', '', %s, '', %s)
    """
    customer, _item, receipt, _note = books
    assert attack(sql, ["X", customer.pk, 10, 10, 5, None]) == "receivables_receipt_starts_clean"
    assert attack(sql, ["X", customer.pk, -10, -10, 0, None]) == "receivables_receipt_never_overused"
    assert attack(sql, ["X", customer.pk, -80, -80, 0, receipt.pk]) == "receivables_receipt_mirrors_original"


def test_a_reversed_receipt_takes_no_more_lines(attack, books, cast):
    reverse_receipt(actor=cast.dora, receipt=books[2], reason="Bounced", date=date(2026, 3, 1), at=AT)
    assert attack(INSERT, line(books)) == "receivables_line_document_reversed"


def test_a_closed_month_takes_no_rows_and_cannot_be_opened(attack, books, cast):
    close_ledger_month(actor=cast.dora, period=Period.parse("2026-03"), at=AT)
    assert attack(INSERT, line(books)) == "receivables_month_closed"
    assert attack("UPDATE receivables_periodlock SET closed = false") == "receivables_periodlock_stays_closed"
    assert attack("DELETE FROM receivables_periodlock") == "receivables_periodlock_kept"


def test_a_removal_takes_only_what_was_imported(attack, books):
    sql = """INSERT INTO receivables_ledgerremoval (kind, object_id, number, reason, removed_at, snapshot)
             VALUES (%s, %s, '', '', now(), '{}')"""
    _customer, item, receipt, note = books
    for kind, row in (("receivable", item), ("receipt", receipt), ("credit_note", note)):
        assert attack(sql, [kind, row.pk]) == "receivables_removal_refused"
