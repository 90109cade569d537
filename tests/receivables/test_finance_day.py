"""Finance's morning and month: what waits is counted, opens its rows, and is gone when it is done."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from receivables.closing import not_stated
from receivables.models import PeriodLock, RiskWarning
from receivables.selectors.forecast import forecast
from receivables.services import (
    Allocation,
    NewPaper,
    NewReceipt,
    NewRefund,
    enter_receipt,
    enter_refund,
    take_paper,
)
from receivables.services.book_watch import last_look, look_at_books
from receivables.services.risks import answer_risk
from receivables.services.statements import Sending, send_statement
from salesops.core.periods import Period
from salesops.handbook.services import set_rule_value
from salesops.jobs.models import JobRun
from tests.factories.receivables import make_customer, make_receipt, make_receivable
from tests.receivables.test_checks_books import force

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()
LAST = Period.month_of(TODAY).previous()


def tiles(page):
    return {str(name): told for _label, group in page.context["groups"] for name, told in group}


def test_every_tile_of_the_morning_counts_what_its_page_lists(cast, client):
    customer = make_customer(owner=cast.alice)
    issued = TODAY - timedelta(days=40)
    item = make_receivable(customer, amount="800.00", issued=issued, due=issued, at=NOW)
    money = make_receipt(customer, amount="900.00", received=issued, at=NOW)
    enter_refund(actor=cast.dora, refund=NewRefund(money, D("100.00"), TODAY, "Paid twice"), at=NOW)
    enter_receipt(
        actor=cast.dora, receipt=NewReceipt(customer, TODAY, D("600000"), customer.currency), at=NOW
    )
    paper = NewPaper(
        customer, "draft", "D-1", customer.name, "ICBC", issued, TODAY + timedelta(days=5), D("500.00"), customer.currency
    )  # fmt: skip
    take_paper(actor=cast.dora, paper=paper, allocations=[Allocation(item.pk, D("500.00"))], at=NOW)
    client.force_login(cast.dora)
    page = client.get(reverse("receivables:finance_day"))
    found = tiles(page)
    counts = {name: told.count for name, told in found.items() if told.count}
    assert counts["Receipts to be checked"] == counts["Postings to be checked"] == 1
    assert counts["Unallocated money"] == counts["Drafts and cheques due within a week"] == 1
    assert found["Unallocated money"].amount == 900 and page.context["ageing"]["overdue"] == 800
    for name, told in found.items():
        rows = client.get(told.url)
        assert rows.status_code == 200, name
        if "page_obj" in rows.context or "table" in rows.context:
            listed = rows.context["table"].paginator.count if rows.context["table"].paginator else None
            assert listed in (None, told.count) or name in (
                "Left to do for the month",
                "Provision runs to be posted",
            ), name
    client.force_login(cast.alice)
    assert client.get(reverse("receivables:finance_day")).status_code == 403


def test_the_month_is_worked_through_step_by_step_and_closed(cast, client):
    customer = make_customer(owner=cast.alice)
    day = LAST.start + timedelta(days=3)
    make_receivable(customer, amount="800.00", issued=day, due=day, at=NOW)
    new = NewReceipt(customer, day, D("600000"), customer.currency)
    enter_receipt(actor=cast.dora, receipt=new, at=NOW)
    client.force_login(cast.dora)
    months = reverse("receivables:periodlock_list")
    page = client.get(months)
    steps = {str(step.question.label): step for step in page.context["steps"]}
    waits = steps["Receipts that wait for a second person"]
    assert (waits.left, steps["Customers who owe us something and got no statement"].left) == (1, 1)
    assert page.context["title"] == "Months"
    assert page.context["stops"] == 1, "a dispute, a statement or a provision may be missing"
    listed = client.get(waits.url)
    assert listed.status_code == 200 and customer.name in listed.content.decode()
    close = reverse("receivables:periodlock_close")
    form = client.get(close, {"month": LAST.code})
    data = {"form_key": form.context["form_key"], "month": LAST.code, "despite": "on"}
    assert client.post(close, data).status_code == 302
    assert PeriodLock.objects.get().closed
    assert "This month is closed" in client.get(months).content.decode()


def test_from_which_day_a_statement_is_one_of_the_month_stands_in_the_handbook(cast):
    customer = make_customer(owner=cast.alice)
    make_receivable(customer, amount="800.00", issued=LAST.start, due=LAST.start, at=NOW)
    until = LAST.start + timedelta(days=9)
    sending = Sending(customer, LAST.start, until, "cfo@customer.example", "en")
    send_statement(actor=cast.alice, sending=sending, at=NOW)
    assert not_stated(LAST) == 1, "it is of the tenth, and the handbook begins with the fifteenth"
    set_rule_value("receivables.statement_month_day", 10, LAST.start, "", actor=None, at=NOW, allow_past=True)
    assert not_stated(LAST) == 0


def test_broken_books_are_found_at_night_and_named_with_their_rows(cast, client):
    item = make_receivable(make_customer(owner=cast.alice), amount="800.00", issued=date(2026, 1, 1))
    look_at_books(TODAY - timedelta(days=1), actor=None, at=NOW, dry_run=False)
    assert last_look() == (TODAY - timedelta(days=1), 0)
    force("UPDATE receivables_receivable SET settled = 1")
    look_at_books(TODAY, actor=None, at=NOW, dry_run=False)
    day, broken = last_look()
    assert day == TODAY and broken >= 1
    assert item.number in str(JobRun.objects.latest("pk").items.first().data)
    client.force_login(cast.dora)
    told = tiles(client.get(reverse("receivables:finance_day")))["Broken rules of the books"]
    assert told.count == broken and told.bad
    checked = client.get(told.url).content.decode()
    assert f"q={item.number}" in checked


def test_the_forecast_expects_what_a_paper_covers_on_its_due_day(cast):
    customer = make_customer(owner=cast.alice)
    issued = TODAY - timedelta(days=40)
    covered, partly = (
        make_receivable(customer, amount="800.00", issued=issued, due=issued, at=NOW) for _n in range(2)
    )
    due = TODAY + timedelta(days=20)
    paper = NewPaper(
        customer, "draft", "D-1", customer.name, "ICBC", issued, due, D("900.00"), customer.currency
    )
    parts = [Allocation(covered.pk, D("800.00")), Allocation(partly.pk, D("100.00"))]
    take_paper(actor=cast.dora, paper=paper, allocations=parts, at=NOW)
    rows = {row.item: row for row in forecast(TODAY, user=cast.dora)}
    sure, other = rows[covered.pk], rows[partly.pk]
    assert (sure.day, sure.week, sure.chance, sure.weighted) == (due, 2, D("0.95"), D("760.00"))
    assert "draft or cheque" in sure.words and other.day != due


def test_the_analysis_for_the_manager_has_the_months_the_risks_and_the_proposals(cast, client):
    customer = make_customer(owner=cast.alice, name="Late Payer Ltd")
    item = make_receivable(customer, amount="800.00", issued=LAST.start, due=LAST.start, at=NOW)
    make_receipt(customer, amount="200.00", received=LAST.end, to={item: "200.00"}, at=NOW)
    warning = RiskWarning.objects.create(
        customer=customer, raised_date=TODAY, checked_date=TODAY, score=60, outstanding=D("600"), reasons=[]
    )
    answer_risk(
        actor=cast.alice,
        warning=warning,
        answer="He is rebuilding",
        proposal="Ship against payment only",
        at=NOW,
    )
    client.force_login(cast.mona)
    page = client.get(reverse("receivables:risk_report"))
    text = page.content.decode()
    assert "Late Payer Ltd" in text and "Ship against payment only" in text
    last = next(row for row in page.context["months"] if row["label"] == LAST.code)
    assert (last["due"], last["collected"], last["col_rate"], last["overdue"]) == (800, 200, D("0.25"), 600)
    assert client.get(last["url"]).status_code == 200
