"""Ageing as of any day: buckets, reproducibility, drill-down (domain §5, features §4.1-2)."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import call_command

from receivables.models import CreditNote, Receipt
from receivables.selectors import AgeingQuery, ageing_documents, ageing_items, ageing_report
from receivables.selectors.ageing import bucket_labels, parse_steps
from receivables.services import mark_disputed, reverse_allocation, reverse_receipt
from salesops.catalog.models import ExchangeRate, PaymentTerm
from salesops.core.errors import InvalidInput
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
    noon,
)

pytestmark = pytest.mark.django_db


def report(day, **more):
    """The report from lines; where stored balances may answer too, both must say the same."""
    answer = ageing_report(AgeingQuery(as_of=day, stored=False, **more))
    automatic = ageing_report(AgeingQuery(as_of=day, **more))
    assert automatic.rows == answer.rows
    return answer


@pytest.mark.parametrize(
    "as_of, bucket",
    [
        (date(2026, 3, 2), "not_due"),
        (date(2026, 3, 3), "1-30"),
        (date(2026, 4, 1), "1-30"),
        (date(2026, 4, 2), "31-60"),
        (date(2026, 5, 1), "31-60"),
        (date(2026, 5, 2), "61-90"),
        (date(2026, 5, 31), "61-90"),
        (date(2026, 6, 1), "90+"),
    ],
)
def test_the_due_day_itself_is_not_overdue(as_of, bucket):
    term = PaymentTerm.objects.create(code="T30", name="30 days", days=30)
    item = make_receivable(
        make_customer(), issued=date(2026, 1, 31), due=None, payment_term=term, amount="10.00"
    )
    assert item.due_date == date(2026, 3, 2)
    assert {k for k, v in report(as_of).total.cells.items() if v} == {bucket}


def test_labels_and_steps():
    assert bucket_labels((30, 60, 90)) == ["not_due", "1-30", "31-60", "61-90", "90+"]
    assert parse_steps("7，30, 360") == (7, 30, 360)
    for bad in ("", "a", "60,30", "0,30", "30,30"):
        with pytest.raises(InvalidInput):
            parse_steps(bad)


def test_unallocated_money_stands_beside_and_is_not_netted(cast):
    customer = make_customer(owner=cast.alice)
    make_receivable(customer, amount="100.00")
    make_receipt(customer, amount="30.00")
    make_credit_note(customer, amount="7.00")
    total = report(date(2026, 6, 1)).total
    assert (total.outstanding, total.unallocated) == (D("100.00"), D("37.00"))


def test_a_bounced_receipt_counts_before_its_reversal_and_not_after(cast):
    customer = make_customer()
    item = make_receivable(customer, amount="50.00")
    receipt = make_receipt(customer, amount="80.00", received=date(2026, 2, 1), to={item: "50.00"})
    reverse_receipt(actor=None, receipt=receipt, reason="Bounced", date=date(2026, 4, 1), at=AT)
    before, after = report(date(2026, 3, 31)).total, report(date(2026, 4, 1)).total
    assert (before.outstanding, before.unallocated) == (D("0.00"), D("30.00"))
    assert (after.outstanding, after.unallocated) == (D("50.00"), D("0.00"))


def test_keys_are_codes_and_owner_and_team_are_those_of_the_document(cast):
    make_receivable(make_customer(owner=cast.alice, code="K1"), amount="10.00")
    make_receivable(make_customer(owner=cast.carol, code="K2"), amount="20.00")
    make_receivable(make_customer(code="K3"), amount="5.00")
    day = date(2026, 6, 1)
    assert {(r.key, r.outstanding) for r in report(day).rows} == {("K1", 10), ("K2", 20), ("K3", 5)}
    assert {(r.key, r.outstanding) for r in report(day, by="owner").rows} == {
        ("alice", 10),
        ("carol", 20),
        ("", 5),
    }
    assert {(r.key, r.outstanding) for r in report(day, by="team").rows} == {("A", 10), ("B", 20), ("", 5)}
    assert [(r.key, r.outstanding) for r in report(day, by="none").rows] == [("all", 35)]


def test_each_sees_only_what_is_theirs(cast):
    make_receivable(make_customer(owner=cast.alice), amount="10.00")
    make_receivable(make_customer(owner=cast.carol), amount="20.00")
    day = date(2026, 6, 1)
    for person, total in (
        (cast.alice, 10),
        (cast.bob, 10),
        (cast.carol, 20),
        (cast.dora, 30),
        (cast.hugo, 0),
    ):
        assert report(day, user=person).total.outstanding == total


def scenery(seed):
    """A few months of postings; returns what happened as plain tuples for an independent count."""
    draw = random.Random(seed)
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2025, 1, 1), rate=D("7.13331"))
    customers = [make_customer(money=draw.choice(["CNY", "USD"])) for _ in range(4)]
    items = []
    for _ in range(14):
        issued = date(2026, 1, 1) + timedelta(days=draw.randrange(80))
        items.append(
            make_receivable(
                draw.choice(customers),
                amount=D(draw.randrange(1, 30000)) / 100,
                issued=issued,
                due=issued + timedelta(days=draw.choice([0, 15, 30, 60])),
            )
        )
    return draw, items


def post_more(draw, items, since):
    for item in items:
        item.refresh_from_db()
        if item.outstanding > 0 and draw.random() < 0.7:
            part = max(D("0.01"), (item.outstanding * D(draw.randrange(1, 101)) / 100).quantize(D("0.01")))
            day = max(since, item.issue_date) + timedelta(days=draw.randrange(20))
            extra = D(draw.choice([0, 0, 500])) / 100
            receipt = make_receipt(
                item.customer, amount=part + extra, received=day, to={item: part}, allocated=day
            )
            if draw.random() < 0.3:
                line = receipt.lines.get()
                reverse_allocation(actor=None, line=line, reason="Wrong", date=day + timedelta(days=3), at=AT)


def test_twenty_days_say_the_same_before_and_after_later_postings():
    draw, items = scenery(7)
    post_more(draw, items, date(2026, 2, 1))
    days = [date(2026, 1, 1) + timedelta(days=draw.randrange(110)) for _ in range(20)]
    before = {
        (day, money): ageing_report(AgeingQuery(as_of=day, currency=money)).rows
        for day in days
        for money in ("", "CNY", "USD")
    }
    post_more(draw, items, date(2026, 4, 22))
    for (day, money), rows in before.items():
        assert ageing_report(AgeingQuery(as_of=day, currency=money)).rows == rows


@pytest.mark.parametrize("basis", ["due", "issue"])
@pytest.mark.parametrize("money", ["", "CNY", "USD"])
def test_buckets_add_up_and_every_cell_opens_rows_with_its_sum(basis, money):
    draw, items = scenery(11)
    post_more(draw, items, date(2026, 2, 1))
    make_credit_note(items[0].customer, amount="12.34")
    for receipt in Receipt.objects.filter(used=0)[:2]:
        reverse_receipt(actor=None, receipt=receipt, reason="Bounced", date=date(2026, 4, 20), at=AT)
    receipt = Receipt.objects.filter(used__gt=0).order_by("pk").first()
    reverse_receipt(actor=None, receipt=receipt, reason="Bounced", date=date(2026, 4, 2), at=AT)
    for offset in range(0, 150, 13):
        query = AgeingQuery(
            as_of=date(2026, 1, 1) + timedelta(days=offset),
            basis=basis,
            currency=money,
            steps=(10, 45),
            stored=False,
        )
        answer = ageing_report(query)
        assert ageing_report(replace(query, stored=None)).rows == answer.rows
        assert ageing_report(query, limit=1).total == answer.total
        for row in [*answer.rows, answer.total]:
            assert sum(row.cells.values()) == row.outstanding
            for bucket, amount in [*row.cells.items(), ("outstanding", row.outstanding)]:
                found = ageing_items(query, key=row.pk, bucket=bucket)
                assert sum(item.shown for item in found) == amount
            money_rows = [
                d.shown for model in (Receipt, CreditNote) for d in ageing_documents(query, model, key=row.pk)
            ]
            assert sum(money_rows) == row.unallocated


def test_the_command_answers_to_the_letter(cast):
    customer = make_customer(owner=cast.alice, code="K1", name="Kunlun Trading")
    make_receivable(customer, amount="100.00", due=date(2026, 2, 9))
    make_receipt(customer, amount="5.50")
    out = StringIO()
    call_command("ageing", "--as-of", "2026-02-10", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "as_of": "2026-02-10",
        "basis": "due",
        "by": "customer",
        "currency": "CNY",
        "buckets": ["not_due", "1-30", "31-60", "61-90", "90+"],
        "rows": [
            {
                "key": "K1",
                "label": "Kunlun Trading",
                "not_due": "0.00",
                "1-30": "100.00",
                "31-60": "0.00",
                "61-90": "0.00",
                "90+": "0.00",
                "unallocated": "5.50",
                "outstanding": "100.00",
            }
        ],
        "total": {
            "not_due": "0.00",
            "1-30": "100.00",
            "31-60": "0.00",
            "61-90": "0.00",
            "90+": "0.00",
            "unallocated": "5.50",
            "outstanding": "100.00",
        },
    }


def test_late_reports_do_not_see_what_was_issued_later():
    make_receivable(make_customer(), issued=date(2026, 3, 1), due=date(2026, 3, 31))
    assert report(date(2026, 2, 28)).rows == []
    assert noon(date(2026, 3, 1)).tzinfo


def test_disputed_items_and_the_others_make_the_whole_and_each_cell_its_rows(cast):
    customer = make_customer(owner=cast.alice)
    for amount, due in (
        ("100.00", date(2026, 4, 1)),
        ("20.00", date(2026, 5, 20)),
        ("3.00", date(2026, 4, 2)),
    ):
        make_receivable(customer, amount=amount, due=due)
    argued = make_receivable(customer, amount="50.00", due=date(2026, 4, 1))
    mark_disputed(actor=cast.dora, receivable=argued, reason="Wrong price", at=noon(date(2026, 5, 1)))
    make_receipt(customer, amount="9.00", to={argued: "4.00"})
    day = date(2026, 6, 1)
    whole, only, rest = (report(day, disputed=which) for which in ("", "only", "without"))
    assert (only.total.outstanding, only.total.unallocated) == (D("46.00"), D("0.00"))
    assert (rest.total.outstanding, rest.total.unallocated) == (D("123.00"), D("5.00"))
    for label in whole.labels:
        assert whole.total.cells[label] == only.total.cells[label] + rest.total.cells[label]
        for answer in (only, rest):
            rows = ageing_items(answer.query, bucket=label)
            assert sum(row.shown for row in rows) == answer.total.cells[label]
    assert [row.number for row in ageing_items(only.query)] == [argued.number]
    assert not ageing_documents(only.query, Receipt) and ageing_documents(rest.query, Receipt)


def test_the_command_narrows_to_disputed_items(cast):
    customer = make_customer()
    make_receivable(customer, amount="100.00")
    mark_disputed(
        actor=cast.dora, receivable=make_receivable(customer, amount="50.00"), reason="Broken", at=AT
    )  # fmt: skip
    out = StringIO()
    call_command("ageing", "--as-of", "2026-06-30", "--disputed", "only", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["disputed"] == "only" and answer["total"]["outstanding"] == "50.00"
