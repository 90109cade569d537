"""Chapters are read by those whom they bind, and how well rules are kept opens its rows (DOC-08, CON-06)."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import override

from customers.services import update_customer
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.core.periods import Period
from salesops.handbook.models import Acknowledgement, RuleValue
from salesops.handbook.reading import breaches, chapter_key, readings, to_acknowledge
from salesops.handbook.registry import bound_roles, measures, rules
from salesops.handbook.services import acknowledge, set_rule_value
from salesops.notifications.models import Notification
from salesops.notifications.registry import words_of
from salesops.work.reading import remind
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer, make_visit
from tests.factories.orders import make_order
from tests.factories.receivables import make_receipt, make_receivable
from tests.factories.rules import make_rule
from tests.factories.work import make_task

AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
DAY = date(2026, 5, 4)


def test_a_chapter_has_the_same_key_in_every_language():
    keys = []
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            keys.append([chapter_key(parameter) for parameter in rules])
    assert keys[0] == keys[1] == keys[2]
    assert all(keys[0])


def test_reps_are_bound_by_the_chapter_on_visits_and_hr_is_not(cast):
    chapter = "customers-and-visits"
    assert chapter in {reading.key for reading in to_acknowledge(cast.alice, on=DAY)}
    assert chapter not in {reading.key for reading in to_acknowledge(cast.hugo, on=DAY)}
    assert "working-together" in {reading.key for reading in to_acknowledge(cast.hugo, on=DAY)}
    assert set(bound_roles) <= {parameter.key for parameter in rules}


def test_reading_a_chapter_is_noted_once_and_a_new_value_asks_anew(cast):
    for _n in range(2):
        acknowledge("customers-and-visits", actor=cast.alice, at=AT)
    assert Acknowledgement.objects.count() == 1
    assert "customers-and-visits" not in {r.key for r in to_acknowledge(cast.alice, on=DAY)}
    make_rule("customers.stale_days", 90, since=date(2026, 6, 1))
    assert "customers-and-visits" not in {r.key for r in to_acknowledge(cast.alice, on=date(2026, 5, 31))}
    assert "customers-and-visits" in {r.key for r in to_acknowledge(cast.alice, on=date(2026, 6, 1))}
    assert readings(date(2026, 6, 1))["customers-and-visits"].edition == date(2026, 6, 1)


def test_there_is_no_reading_of_a_chapter_that_does_not_exist(cast):
    with pytest.raises(InvalidInput):
        acknowledge("nonsense", actor=cast.alice, at=AT)


@pytest.mark.django_db(transaction=True)
def test_who_has_not_read_is_asked_once_and_after_a_week_the_superior_is_told_once(cast):
    for number in range(12):
        day = DAY + timedelta(days=number)
        remind(day, actor=None, at=AT + timedelta(days=number), dry_run=False)
    asked = Notification.objects.filter(recipient=cast.alice, kind="handbook.read")
    assert asked.count() == 1
    told = Notification.objects.filter(recipient=cast.bob, kind="handbook.unread")
    assert {notice.data["person"] for notice in told} == {"Alice", "Asha"}
    assert told.count() == 2
    assert timezone.localdate(told.first().created_at) == DAY + timedelta(days=7)
    notice = asked.get()
    for language, heading in (("en", "Signing in"), ("zh-hans", "登录"), ("zh-hant", "登入")):
        with override(language):
            words = words_of(notice.kind, notice.data)[1]
        assert heading in words, "the chapters are named in the reader's language"
        assert language == "en" or "Signing in" not in words


def test_a_lead_sees_who_of_his_people_has_read_and_a_rep_only_himself(cast, client):
    url = reverse("handbook:acknowledgement_list")
    client.force_login(cast.bob)
    page = client.get(url).content.decode()
    assert "Alice" in page
    assert "Carol" not in page
    client.force_login(cast.alice)
    assert "Bob" not in client.get(url).content.decode()
    client.force_login(cast.hugo)
    assert "Carol" in client.get(url).content.decode()


def test_a_chapter_is_acknowledged_on_the_page_of_the_handbook(cast, client):
    client.force_login(cast.alice)
    page = client.get(reverse("handbook:handbook")).content.decode()
    assert "I have read this chapter" in page
    client.post(reverse("handbook:acknowledge", args=["customers-and-visits"]))
    assert Acknowledgement.objects.get().user == cast.alice


def test_the_handbook_says_what_it_is_for_whom_since_when_and_whom_to_ask(cast, client):
    """DOC-08: purpose, scope, version, day, who interprets it, what was revised, feedback, and that it binds."""
    client.force_login(cast.alice)
    today = timezone.localdate()
    before = client.get(reverse("handbook:handbook"))
    assert before.context["about"]["edition"] == 1 + RuleValue.objects.values("from_date").distinct().count()
    set_rule_value(
        "customers.stale_days", 45, today, "fewer", actor=cast.root, at=timezone.now(), allow_past=True
    )
    answer = client.get(reverse("handbook:handbook"))
    page = answer.content.decode()
    assert answer.context["about"]["edition"] == before.context["about"]["edition"] + 1
    for text in ("Purpose", "Scope", "Version", "in force since", "Interpreted by", "Root", "Revised last",
                 "Binding", "Feedback"):  # fmt: skip
        assert text in page, text
    assert reverse("handbook:clause", args=["customers.stale_days"]) in page.split("Revised last")[1][:600]
    address = page.split("Feedback")[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert f"owner={cast.root.pk}" in address and client.get(address).status_code == 200


@pytest.mark.parametrize("key", [key for key, _measure in measures.items()])
def test_every_measure_counts_its_rows_within_what_the_reader_may_see(cast, key, client):
    with translation.override("en"):
        at = timezone.now()
        make_customer(cast.alice, name="Canary Trading", created_date=date(2020, 1, 1))
        make_receivable(owner=cast.alice)
        make_task(cast.bob, cast.alice, at=at - timedelta(days=9), title="Canary task")
        for person in (cast.alice, cast.carol, cast.gina):
            count, lines = breaches(key, person, on=timezone.localdate(), limit=50)
            assert count == len(lines)
            if person == cast.carol:
                assert not [line for line in lines if "canary" in line.label.lower()]
            client.force_login(person)
            url = reverse("handbook:breaches", args=[key])
            page = client.get(url)
            assert page.status_code == 200
            export = client.get(f"{url}?format=csv").content.decode("utf-8-sig")
            assert len(export.strip().split("\n")) == count + 1


def test_each_measured_limit_and_deadline_finds_what_breaks_it(cast):
    """Orders, receipts, notices, contracts, doubles, visits and months, each with a row that keeps the rule beside it."""
    at, on = timezone.now(), timezone.localdate()
    firm = make_customer(cast.alice, tax_number="91310000MA1K35N27X")
    make_customer(cast.bob, tax_number="91310000MA1K35N27X")
    make_customer(cast.bob, tax_number="91350100M000100Y43")
    for key, value in (("orders.approval_limit", "5000"), ("receivables.second_person_amount", "5000")):
        make_rule(key, value)
    big = make_order(firm, lines=[("10", "1000")], order_date=on, confirmed_date=on)
    make_order(firm, lines=[("1", "1000")], order_date=on, confirmed_date=on)
    cheap = make_order(firm, lines=[("1", "10", "0.4")], state="submitted", order_date=on)
    cheap.lines.update(below_floor=True)
    alone = make_receipt(firm, amount="6000", received=on, at=at)
    make_receipt(firm, amount="600", received=on, at=at)
    due = make_receivable(firm, issued=on, due=on + timedelta(3), at=at)
    make_receivable(firm, issued=on, due=on + timedelta(30), at=at)
    over = make_contract(firm, end_date=on - timedelta(1))
    make_contract(firm, end_date=on + timedelta(100))
    forgotten = make_visit(firm, on=on - timedelta(40), done=False)
    make_visit(firm, on=on + timedelta(1), done=False)
    expected = {
        "orders.approval_limit": [big.number],
        "orders.max_discount": [cheap.number],
        "orders.floor_price_policy": [cheap.number],
        "receivables.second_person_amount": [alone.number],
        "receivables.notice_days": [due.number],
        "contracts.expiry_notice_days": [str(over)],
        "customers.duplicate_strictness": [str(firm)],
        "customers.visit_backdate_days": [str(forgotten)],
    }
    found = {key: [line.label for line in breaches(key, cast.alice, on=on, limit=9)[1]] for key in expected}
    assert found == expected
    months = breaches("performance.close_automatically", cast.gina, on=on, limit=9)
    assert [line.label for line in months[1]] == [Period.month_of(on).previous().code]


def found_by(key, person, on):
    return [line.label for line in breaches(key, person, on=on, limit=9)[1]]


def entered(order, actor, *verbs):
    """The timeline of an order as it is after somebody's acts."""
    for verb in verbs:
        record(f"orders.{verb}", order, order.customer, actor=actor, at=timezone.now())
    return order


def test_orders_confirmed_by_their_owner_or_dated_too_far_back_are_found_and_imported_ones_are_not(cast):
    on = timezone.localdate()
    firm, old = make_customer(cast.alice), on - timedelta(40)
    make_rule("orders.backdate_days", 30)
    own = entered(make_order(firm, order_date=on), cast.alice, "order_created", "order_confirmed")
    handed_in = make_order(firm, order_date=on, submitted_by=cast.bob)
    entered(handed_in, cast.bob, "order_created", "order_confirmed")
    entered(make_order(firm, order_date=on), cast.mona, "order_created", "order_confirmed")
    late = entered(make_order(firm, order_date=old), cast.mona, "order_created", "order_confirmed")
    make_order(firm, order_date=old)  # brought by a file: nobody wrote it here
    entered(make_order(firm, order_date=on - timedelta(30)), cast.alice, "order_created")
    assert sorted(found_by("orders.confirm_own", cast.alice, on)) == sorted([own.number, handed_in.number])
    assert found_by("orders.backdate_days", cast.alice, on) == [late.number]
    assert (
        found_by("orders.confirm_own", cast.carol, on)
        == found_by("orders.backdate_days", cast.carol, on)
        == []
    )
    make_rule("orders.confirm_own", True, since=on)
    assert found_by("orders.confirm_own", cast.alice, on) == []


def test_a_credit_limit_above_the_top_is_found_unless_it_went_the_way_of_such_limits(cast):
    on = timezone.localdate()
    approved = make_customer(cast.alice)
    limit = Decimal("100000.01")
    update_customer(actor=cast.dora, at=timezone.now(), customer=approved, credit_limit=limit)
    request = ApprovalRequest.objects.about(approved).get()
    while request.is_open:
        person = request.asks.filter(state="open").first().people.first().person
        request = approve(actor=person, at=timezone.now(), request=request)
    approved.refresh_from_db()
    assert approved.credit_limit == limit
    imported = make_customer(cast.alice, credit_limit=Decimal("250000"))
    make_customer(cast.alice, credit_limit=Decimal("100000"))
    assert found_by("customers.credit_limit_top", cast.alice, on) == [str(imported)]
    assert found_by("customers.credit_limit_top", cast.otto, on) == [], "sees files, but no limits"
    type(approved).objects.filter(pk=approved.pk).update(credit_limit=900000)
    assert set(found_by("customers.credit_limit_top", cast.gina, on)) == {str(approved), str(imported)}


def test_what_breaks_a_rule_is_shown_with_its_rows(cast, client):
    make_customer(cast.alice, name="Long Forgotten Ltd", created_date=date(2020, 1, 1))
    client.force_login(cast.alice)
    page = client.get(reverse("handbook:clause", args=["customers.stale_days"])).content.decode()
    assert "1 row that you may see does not keep it." in page
    assert "Long Forgotten Ltd" in page


def test_every_clause_names_its_requirement_or_says_that_it_is_a_convention():
    """``ORG-04``, ``CUS-07, DAT-03``, ``conv.`` or ``conv. on ORG-04``."""
    named = re.compile(r"(conv\.|(conv\. on )?[A-Z]{3}-\d\d(, [A-Z]{3}-\d\d)*)")
    assert [key for key, parameter in rules.items() if not named.fullmatch(parameter.source)] == []
