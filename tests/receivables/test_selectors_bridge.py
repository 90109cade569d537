"""From one day to another: opening + what came - what went = closing, whatever is posted later (features §4.2)."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse

from receivables.choices import GroupBy
from receivables.models import CreditNote, Receipt, Receivable
from receivables.selectors import AgeingQuery, ageing_documents, ageing_items, ageing_report
from receivables.selectors.bridge import BALANCE, ITEMS, BridgeQuery, bridge_report, bridge_rows
from receivables.services import (
    Allocation,
    NewRefund,
    NewWriteOff,
    allocate_receipt,
    enter_refund,
    enter_write_off,
    recover,
    reverse_allocation,
    reverse_credit_note,
    reverse_receipt,
)
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.catalog.models import ExchangeRate
from salesops.core.errors import InvalidInput
from tests.factories.accounts import make_person
from tests.factories.receivables import (
    AT,
    currency,
    make_credit_note,
    make_customer,
    make_receipt,
    make_receivable,
)

pytestmark = pytest.mark.django_db
NONE = {"written_off": D("0.00"), "held_back": D("0.00"), "small_differences": D("0.00")}
CUTS = {BALANCE: ("customer", "group", "region", "currency", "none"), ITEMS: tuple(GroupBy.values)}


def bridge(since, until, **more):
    return bridge_report(BridgeQuery(since=since, until=until, **more))


def net(day, *, of, by):
    """The same from the ageing report of a day."""
    rows = ageing_report(AgeingQuery(as_of=day, by=by, stored=False)).rows
    owed = {row.pk: row.outstanding - (row.unallocated if of == BALANCE else 0) for row in rows}
    return {key: amount for key, amount in owed.items() if amount}


def proven(since, until, *, figures=True):
    """The bridge adds up, begins and ends at the ageing report of those days, and its rows add up to it."""
    said = {}
    for of, cuts in CUTS.items():
        for by in cuts:
            report = bridge(since, until, of=of, by=by)
            for row in [*report.rows, report.total]:
                *parts, closing = row.figures.values()
                assert sum(parts) == closing, (of, by, row)
            assert {r.pk: r.figures["closing"] for r in report.rows if r.figures["closing"]} == net(
                until, of=of, by=by
            )
            before = since - timedelta(days=1)
            assert {r.pk: r.figures["opening"] for r in report.rows if r.figures["opening"]} == net(
                before, of=of, by=by
            )
            said[of, by] = [(r.pk, r.figures) for r in report.rows]
        if figures:
            rows_behind(report)
    return said


def rows_behind(report):
    for row in [*report.rows, report.total]:
        for figure, amount in row.figures.items():
            parts = bridge_rows(report.query, figure, key=row.pk)
            assert sum((one.shown for part in parts for one in part), D(0)) == amount, (
                report.query,
                row,
                figure,
            )


def test_a_month_of_one_customer_reads_as_an_accountant_writes_it(cast):
    customer = make_customer(owner=cast.alice)
    old = make_receivable(customer, amount="500.00", issued=date(2026, 1, 10))
    new = make_receivable(customer, amount="300.00", issued=date(2026, 2, 5), due=date(2026, 3, 7))
    make_receipt(customer, amount="450.00", received=date(2026, 2, 10), to={old: "400.00"})
    make_credit_note(customer, amount="20.00", on=date(2026, 2, 20), receivable=new)
    bounced = make_receipt(customer, amount="70.00", received=date(2026, 1, 20), to={old: "70.00"})
    reverse_receipt(actor=None, receipt=bounced, reason="No funds", date=date(2026, 2, 25), at=AT)

    month = (date(2026, 2, 1), date(2026, 2, 28))
    account = bridge(*month).total.figures
    assert account == {
        "opening": D("430.00"), "invoiced": D("300.00"), "received": D("-450.00"), "credited": D("-20.00"),
        "reversed": D("70.00"), "exchange": D("0.00"), "closing": D("330.00"), **NONE, "refunded": D("0.00"),
    }  # fmt: skip
    owed = bridge(*month, of=ITEMS).total.figures
    assert owed == {
        "opening": D("430.00"), "invoiced": D("300.00"), "received": D("-400.00"), "credited": D("-20.00"),
        "reversed": D("70.00"), "closing": D("380.00"), **NONE,
    }  # fmt: skip
    with pytest.raises(InvalidInput, match="different people"):
        bridge(*month, by=GroupBy.OWNER)


def test_at_random_dates_before_and_after_new_postings_the_same_bridge(cast):
    dice = random.Random(7)
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2025, 12, 1), rate=D("7.13331"))
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2026, 2, 15), rate=D("6.98017"))
    parent = make_customer(owner=cast.alice)
    customers = [parent]
    for place in range(3):
        one = make_customer(
            owner=dice.choice([cast.alice, cast.bob, None]), money=("CNY", "USD", "USD")[place]
        )
        one.parent, one.region = (parent, "East") if place else (None, "West")
        one.save()
        customers.append(one)

    def day():
        return date(2026, 1, 1) + timedelta(days=dice.randrange(90))

    def post(number):
        for _round in range(number):
            customer = dice.choice(customers)
            issued = day()
            item = make_receivable(
                customer, amount=D(dice.randrange(100, 90000)) / 100, issued=issued, due=issued + timedelta(days=30),
                owner=dice.choice([cast.alice, cast.bob]),
            )  # fmt: skip
            later = issued + timedelta(days=dice.randrange(40))
            part = (item.amount * D(dice.randrange(1, 100)) / 100).quantize(D("0.01")) or D("0.01")
            act = dice.randrange(5)
            if act < 3:
                money = make_receipt(
                    customer, amount=part + dice.choice([D(0), D("3.33")]), received=later, to={item: part}
                )
            else:
                money = make_credit_note(customer, amount=part, on=later)
            undone = later + timedelta(days=dice.randrange(30))
            if act == 0:
                reverse_receipt(actor=None, receipt=money, reason="Bounced", date=undone, at=AT)
            elif act == 1:
                line = money.lines.get()
                reverse_allocation(actor=None, line=line, reason="Wrong item", date=undone, at=AT)
            elif act == 4:
                reverse_credit_note(actor=None, credit_note=money, reason="Wrong", date=undone, at=AT)

    post(30)
    spans = [tuple(sorted((day(), day() + timedelta(days=dice.randrange(60))))) for _n in range(3)]
    told = [proven(*span) for span in spans]
    assert any(figures["exchange"] for said in told for _pk, figures in said[BALANCE, "customer"])
    # What is posted afterwards is dated after them all; the bridges of then say what they said.
    late = make_receivable(customers[0], amount="9.99", issued=date(2026, 6, 1), due=date(2026, 6, 30))
    make_receipt(customers[0], amount="9.99", received=date(2026, 6, 2), to={late: "9.99"})
    for item in Receivable.objects.open().filter(customer=customers[1])[:2]:
        make_receipt(
            item.customer, amount=item.outstanding, received=date(2026, 6, 3), to={item: item.outstanding}
        )
    assert [proven(*span, figures=False) for span in spans] == told


def test_ageing_is_cut_by_group_region_and_currency_and_each_cell_opens_its_rows(cast):
    parent = make_customer(owner=cast.alice)
    below, other = make_customer(owner=cast.bob, money="USD"), make_customer()
    ExchangeRate.objects.create(currency=currency("USD"), date=date(2025, 1, 1), rate=D("7"))
    type(parent).objects.filter(pk=below.pk).update(parent=parent, region="East")
    lowest = make_customer()
    type(parent).objects.filter(pk=lowest.pk).update(parent=below)
    for customer in (parent, below, other, lowest):
        make_receivable(customer, amount="100.00")
    make_receipt(below, amount="10.00")
    for by in GroupBy.values:
        query = AgeingQuery(as_of=date(2026, 6, 1), by=by)
        report = ageing_report(query)
        assert report.rows == ageing_report(AgeingQuery(as_of=date(2026, 6, 1), by=by, stored=False)).rows
        for row in report.rows:
            assert sum(r.shown for r in ageing_items(query, key=row.pk)) == row.outstanding
            behind = [r for m in (Receipt, CreditNote) for r in ageing_documents(query, m, key=row.pk)]
            assert sum(r.shown for r in behind) == row.unallocated
    groups = {
        row.label: row.outstanding
        for row in ageing_report(AgeingQuery(as_of=date(2026, 6, 1), by="group")).rows
    }
    assert groups == {parent.name: D("900.00"), other.name: D("100.00")}


def test_pages_show_the_same_and_every_figure_leads_to_its_rows(client, cast):
    customer = make_customer(owner=cast.alice, name="=Bridged Ltd")
    item = make_receivable(customer, amount="100.00")
    make_receipt(customer, amount="30.00", received=date(2026, 2, 1), to={item: "30.00"})
    client.force_login(cast.dora)
    page = client.get(
        reverse("receivables:bridge"), {"since": "2026-01-01", "until": "2026-03-01", "by": "owner"}
    )
    table = page.context["tables"][0]
    for cells in [*(row["cells"] for row in table["rows"]), table["total"]]:
        for shown, link in cells:
            if link:
                total = client.get(link).context["total"]
                assert f"{abs(total):,.2f}" in shown
    files = {
        kind: client.get(reverse("receivables:bridge"), {"format": kind}) for kind in ("csv", "xlsx", "print")
    }
    assert "'=Bridged Ltd" in files["csv"].content.decode()
    assert files["xlsx"].content[:2] == b"PK" and "=Bridged Ltd" in files["print"].content.decode()
    odd = {"of": "balance", "by": "owner"}
    assert client.get(reverse("receivables:bridge"), odd).status_code == 400
    assert client.get(reverse("receivables:bridge_rows"), {"figure": "x"}).status_code == 400
    paper = client.get(reverse("receivables:ageing"), {"format": "print", "by": "customer"})
    assert paper.status_code == 200 and "Unallocated" in paper.content.decode()


def test_what_is_written_off_given_up_recovered_and_paid_back_has_columns_of_its_own(cast):
    dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
    at, day = datetime(2026, 5, 5, 2, 0, tzinfo=UTC), date(2026, 5, 5)

    def accept(entry, *people):
        for person in people:
            approve(actor=person, at=at, request=ApprovalRequest.objects.about(entry).get())
        entry.refresh_from_db()
        return entry.posted

    customer = make_customer(owner=cast.alice)
    lost, small = make_receivable(customer, amount="800.00"), make_receivable(customer, amount="1000.00")
    write_off = accept(
        enter_write_off(actor=cast.dora, write_off=NewWriteOff(lost, D(800), day, "Insolvent", "Ruling 12"), at=at),
        dina, cast.gina,
    )  # fmt: skip
    money = make_receipt(customer, amount="1293.00", received=date(2026, 4, 1))
    allocate_receipt(
        actor=cast.dora, receipt=money, allocations=[Allocation(small.pk, D(993))], date=day, give_up=[small.pk],
        why="Bank charges", at=at,
    )  # fmt: skip
    accept(enter_refund(actor=cast.dora, refund=NewRefund(money, D(100), day, "Twice", "6222"), at=at), dina)
    late = make_receipt(customer, amount="50.00", received=date(2026, 5, 20))
    recover(
        actor=cast.dora,
        write_off=write_off,
        receipt=late,
        amount=D(50),
        at=datetime(2026, 5, 25, 2, tzinfo=UTC),
    )
    for span in ((date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 5, 6), date(2026, 5, 31))):
        proven(*span)
    figures = bridge(date(2026, 5, 1), date(2026, 5, 31)).total.figures
    assert {name: figures[name] for name in ("written_off", "small_differences", "refunded", "received")} == {
        "written_off": D("-750.00"), "small_differences": D("-7.00"), "refunded": D("100.00"), "received": D("-50.00"),
    }  # fmt: skip


def test_money_at_a_rate_of_one_has_exchange_differences_too(cast):
    """100.00 owed at 1.02, paid at par: the customer owes nothing, and 2.00 are the difference."""
    for day, rate in ((date(2026, 1, 1), "1.02"), (date(2026, 2, 1), "1")):
        ExchangeRate.objects.create(currency=currency("USD"), date=day, rate=D(rate))
    item = make_receivable(make_customer(owner=cast.alice, money="USD"), amount="100.00")
    make_receipt(item.customer, amount="100.00", received=date(2026, 2, 10), to={item: "100.00"})
    proven(date(2026, 2, 1), date(2026, 2, 28))
    figures = bridge(date(2026, 2, 1), date(2026, 2, 28)).total.figures
    assert (figures["received"], figures["exchange"], figures["closing"]) == (
        D("-100.00"),
        D("-2.00"),
        D("0.00"),
    )
