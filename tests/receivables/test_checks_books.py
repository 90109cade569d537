"""The checks find what the database would never let in (it is broken by force here)."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from receivables.checks import run_checks
from receivables.services import reverse_receipt
from salesops.numbering.services import next_number
from tests.factories.receivables import AT, make_credit_note, make_customer, make_receipt, make_receivable

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    customer = make_customer()
    item = make_receivable(customer, amount="100.00")
    receipt = make_receipt(customer, amount="60.00", to={item: "50.00"})
    bounced = make_receipt(customer, amount="20.00", to={item: "20.00"})
    reverse_receipt(actor=None, receipt=bounced, reason="Bounced", date=date(2026, 3, 1), at=AT)
    make_credit_note(customer, amount="5.00", receivable=item)
    return item, receipt


def broken():
    return {result.name: result.sample for result in run_checks() if result.violations}


def force(sql):
    """Past all triggers, as only the owner of the database can."""
    tables = ("receivable", "receipt", "creditnote", "settlementline")
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE receivables_{table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        connection.check_constraints()
        for table in tables:
            cursor.execute(f"ALTER TABLE receivables_{table} ENABLE TRIGGER USER")


def test_sound_books_pass(books):
    assert broken() == {}


@pytest.mark.parametrize(
    "sql, name",
    [
        (
            "UPDATE receivables_receivable SET settled = 54, settled_base = 54",
            "receivables.settled_is_sum_of_lines",
        ),
        (
            "UPDATE receivables_receipt SET used = 49 WHERE used = 50",
            "receivables.used_is_sum_of_lines",
        ),
        (
            "UPDATE receivables_settlementline SET customer_id = customer_id, currency_id = 'XXX' WHERE amount = 50",
            "receivables.same_sides",
        ),
        (
            "UPDATE receivables_settlementline SET amount = -19, base_amount = -19 WHERE amount = -20",
            "receivables.line_reversals",
        ),
        (
            "UPDATE receivables_receipt SET base_amount = -19 WHERE amount = -20",
            "receivables.document_reversals",
        ),
        ("UPDATE receivables_receivable SET base_amount = 101", "receivables.base_amounts"),
    ],
)
def test_what_was_forced_past_the_guards_is_found(books, sql, name):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalog_currency (code, name, decimals) VALUES ('XXX', 'X', 2)")
    force(sql)
    assert broken()[name]


def test_a_gap_in_the_numbers_is_named(books):
    next_number("SK", on=date(2026, 1, 1))
    assert broken() == {"receivables.numbers_gapless": ["SK-2026-00004"]}


def test_the_command_prints_the_document_and_fails_when_broken(books):
    out = StringIO()
    call_command("check_books", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["ok"] and {"name", "violations", "sample"} <= set(answer["checks"][0])
    next_number("HZ", on=date(2026, 1, 1))
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("check_books", "--json", stdout=out, stderr=StringIO())
    assert stop.value.code == 1 and json.loads(out.getvalue())["ok"] is False
