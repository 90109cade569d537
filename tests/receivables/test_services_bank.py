"""Money on the bank account: what is proposed and why, what a person confirms, and how it comes back."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.naming import name_key
from receivables.checks import run_checks
from receivables.models import BankLine, Receipt, ReceiptEntry
from receivables.services import Allocation, reverse_receipt
from receivables.services.bank_lines import (
    confirm_line,
    confirm_proposal,
    confirm_sure,
    link_recorded,
    match_again,
    reject_proposal,
    reopen_line,
    set_line_aside,
)
from receivables.services.match_items import add_up
from receivables.services.matching import numbers_in, propose
from receivables.services.periods import left_of
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import approve, reject
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.periods import Period
from salesops.handbook.services import set_rule_value
from tests.factories.accounts import make_cast, make_person
from tests.factories.receivables import make_customer, make_receipt, make_receivable
from tests.factories.receivables_bank import make_account, make_line, make_statement

AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 7, 1)


def named(name, **more):
    """A customer under the name by which payers are compared."""
    customer = make_customer(name=name, **more)
    customer.name_key = name_key(name)
    customer.save(update_fields=["name_key"])
    return customer


def proposed(line):
    """Customer and parts of the best proposal, and the codes of its reasons."""
    line.refresh_from_db()
    first = line.proposals[0]
    parts = {pk: D(amount) for pk, amount in first["parts"]}
    return first["customer"], parts, {reason[0] for reason in first["reasons"]}


@pytest.mark.django_db
class TestProposals:
    def test_the_number_in_the_text_is_read_through_full_width_and_hyphens(self):
        wide = "货款ＹＳ－２０２６－００００１，谢谢"
        assert "YS202600001" in numbers_in(wide)
        assert "YS202600001" in numbers_in("inv. YS – 2026 — 00001/00002")
        assert "PO4500012345" in numbers_in("PO 4500012345")
        item = make_receivable(amount="70.00", number="YS-2026-00001")
        make_receivable(amount="70.00")
        line = make_line(amount="70.00", text=wide, payer="Somebody else")
        assert propose(on=TODAY) == 1
        assert proposed(line) == (item.customer_id, {item.pk: D("70.00")}, {"number", "named_sum"})

    def test_the_payer_is_known_by_name_in_either_script_and_by_earlier_account(self, cast):
        customer = named("上海東方貿易股份有限公司", owner=cast.alice)
        old, new = (make_receivable(customer, amount="30.00", due=date(2026, m, 9)) for m in (2, 3))
        account = make_account()
        first = make_line(account, amount="60.00", payer="上海东方贸易有限公司", payer_account="6222-1")
        match_again(actor=None, at=AT)
        who, parts, why = proposed(first)
        assert (who, parts) == (customer.pk, {old.pk: D("30.00"), new.pk: D("30.00")})
        assert why == {"name", "oldest"}
        confirm_proposal(actor=cast.dora, line=first, customer_id=customer.pk, at=AT)
        second = make_line(account, amount="12.34", payer="财务部", payer_account="6222 1")
        match_again(actor=None, at=AT)
        assert proposed(second)[0] == customer.pk and proposed(second)[2] == {"account"}
        assert second.proposals[0]["parts"] == []

    def test_two_equal_payments_take_two_items_and_no_item_twice(self):
        customer = named("Acme")
        items = [make_receivable(customer, amount="100.00", due=date(2026, 2, d)) for d in (8, 9)]
        lines = [make_line(amount="100.00", payer="ACME Ltd.", day=date(2026, 6, d)) for d in (1, 2, 3)]
        propose(on=TODAY)
        assert [list(proposed(line)[1]) for line in lines] == [[items[0].pk], [items[1].pk], []]

    def test_disputed_items_and_money_that_went_out_are_left_alone(self):
        customer = named("Acme")
        item = make_receivable(customer, amount="100.00")
        type(item).objects.filter(pk=item.pk).update(disputed=True)
        line = make_line(amount="100.00", payer="Acme")
        propose(on=TODAY)
        assert proposed(line)[1] == {}
        make_line(amount="-5.00")
        assert BankLine.objects.filter(amount__lt=0).get().proposals == []

    def test_who_was_refused_is_not_proposed_again_and_less_readily_for_the_same_payer(self, cast):
        one, two = named("Acme"), named("Acme GmbH")
        line = make_line(amount="9.00", payer="acme", payer_account="77")
        propose(on=TODAY)
        line.refresh_from_db()
        assert {each["customer"] for each in line.proposals} == {one.pk, two.pk}
        reject_proposal(actor=cast.dora, line=line, customer_id=one.pk, at=AT)
        assert proposed(line)[0] == two.pk
        other = make_line(amount="9.00", payer="acme", payer_account="77")
        propose(on=TODAY)
        assert proposed(other)[0] == two.pk
        assert (
            other.proposals[1]["customer"] == one.pk
            and other.proposals[0]["score"] > other.proposals[1]["score"]
        )


@pytest.mark.django_db
class TestDecisions:
    @pytest.fixture
    def line(self, cast):
        customer = named("Acme", owner=cast.alice)
        make_receivable(customer, amount="100.00", number="YS-2026-00009")
        line = make_line(amount="100.00", payer="Acme", text="YS-2026-00009", reference="T1")
        propose(on=TODAY)
        line.refresh_from_db()
        return line

    def test_a_line_is_booked_reversed_and_booked_again_for_somebody_else(self, line, cast):
        confirm_sure(actor=cast.dora, lines=[line], at=AT)
        line.refresh_from_db()
        receipt = line.receipt
        assert (line.state, receipt.amount, receipt.unallocated) == ("posted", D("100.00"), D("0.00"))
        assert (receipt.bank_account, receipt.bank_reference) == (line.account.number, "T1")
        with pytest.raises(Conflict, match="Posted"):
            confirm_line(actor=cast.dora, line=line, customer=receipt.customer, at=AT)
        reverse_receipt(actor=cast.dora, receipt=receipt, reason="Wrong customer", at=AT)
        line.refresh_from_db()
        assert (line.state, line.receipt) == ("new", None)
        other = make_customer()
        confirm_line(actor=cast.dora, line=line, customer=other, at=AT)
        line.refresh_from_db()
        assert (line.receipt.customer, line.receipt.unallocated) == (other, D("100.00"))
        assert not [check.name for check in run_checks() if check.violations and "bank" in check.name]

    def test_above_the_limit_it_waits_for_a_second_person_who_may_turn_it_down(self, line, cast):
        dina = make_person("dina", "finance", team=cast.office, superior=cast.gina)
        set_rule_value("receivables.second_person_amount", "50", TODAY, "Small", actor=cast.root, at=AT)
        for act, state in ((reject, "new"), (approve, "posted")):
            customer = line.proposals[0]["customer"] if line.proposals else make_customer().pk
            BankLine.objects.filter(pk=line.pk, state="new").update(
                proposals=[{"customer": customer, "score": 90, "parts": [], "reasons": []}]
            )
            line.refresh_from_db()
            confirm_proposal(actor=cast.dora, line=line, customer_id=line.proposals[0]["customer"], at=AT)
            line.refresh_from_db()
            assert line.state == "waiting" and not Receipt.objects.exists()
            request = ApprovalRequest.objects.about(ReceiptEntry.objects.latest("pk")).get()
            act(actor=dina, at=AT, request=request, comment="Looked at")
            line.refresh_from_db()
            assert line.state == state
        assert line.receipt == Receipt.objects.get()

    def test_what_is_not_sure_is_not_confirmed_in_bulk_and_reps_confirm_nothing(self, line, cast):
        vague = make_line(amount="1.00", payer="Acme")
        propose(on=TODAY)
        vague.refresh_from_db()
        with pytest.raises(Conflict, match="one by one"):
            try:
                confirm_sure(actor=cast.dora, lines=[line, vague], at=AT)
            except Conflict as error:
                raise Conflict(f"{error} {error.way_out}") from error
        with pytest.raises(NotAllowed):
            confirm_line(actor=cast.alice, line=line, customer=make_customer(), at=AT)
        assert not Receipt.objects.exists()

    def test_a_receipt_typed_by_hand_and_its_line_find_each_other(self, line, cast):
        customer = make_customer()
        make_receipt(customer, amount="100.00", bank_account=line.account.number, bank_reference="T1")
        line.refresh_from_db()
        assert line.state == "posted"
        make_receipt(customer, amount="7.00", bank_account=line.account.name, bank_reference="T2")
        known = make_line(line.account, amount="7.00", reference="T2")
        assert link_recorded(at=AT) == 1
        known.refresh_from_db()
        assert known.state == "posted"

    def test_set_aside_says_why_and_is_opened_again(self, line, cast):
        with pytest.raises(InvalidInput):
            set_line_aside(actor=cast.dora, line=line, why="other", at=AT)
        set_line_aside(actor=cast.dora, line=line, why="interest", at=AT)
        line.refresh_from_db()
        assert (line.state, line.set_aside) == ("ignored", "interest")
        assert reopen_line(actor=cast.dora, line=line, at=AT).state == "proposed"
        with pytest.raises(Conflict):
            reopen_line(actor=cast.dora, line=make_line(amount="-1.00"), at=AT)


@settings(max_examples=150, deadline=None)
@given(
    parts=st.lists(st.integers(1, 60), max_size=16),
    amount=st.integers(1, 300),
    most=st.integers(1, 6),
)
def test_items_that_are_added_up_make_exactly_the_amount_each_taken_once(parts, amount, most):
    items = [(key, D(part)) for key, part in enumerate(parts, start=10)]
    found = add_up(D(amount), items, most)
    if found is None:
        assert amount not in parts[:12]
        return
    assert len(set(found)) == len(found) and found == sorted(found)
    assert sum(dict(items)[key] for key in found) == amount
    assert len(found) <= most or found == [key for key, _part in items[: len(found)]]


@pytest.mark.django_db
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_together_proposals_take_no_more_than_is_open_and_of_one_customer_only(data):
    from receivables.models import Receivable
    from tests.factories.receivables import currency

    customers = [named(name) for name in ("Acme", "Acme AG", "Beta")]
    usd = named("Acme Inc", money="CNY")
    owed = [
        make_receivable(data.draw(st.sampled_from([*customers, usd])), amount=data.draw(st.integers(1, 9)))
        for _n in range(data.draw(st.integers(1, 5)))
    ]
    account = make_account()
    for _n in range(data.draw(st.integers(2, 4))):
        text = data.draw(st.sampled_from(["", owed[0].number, f"{owed[-1].number} {owed[0].number}"]))
        payer = data.draw(st.sampled_from(["", "acme", "beta"]))
        make_line(account, amount=data.draw(st.integers(1, 20)), text=text, payer=payer)
    propose(on=TODAY)
    taken: dict[int, D] = {}
    for line in BankLine.objects.all():
        for place, proposal in enumerate(line.proposals):
            parts = {pk: D(amount) for pk, amount in proposal["parts"]}
            items = Receivable.objects.in_bulk(parts)
            assert {item.customer_id for item in items.values()} <= {proposal["customer"]}
            assert {item.currency_id for item in items.values()} <= {currency().pk}
            assert sum(parts.values()) <= line.amount
            assert all(0 < part <= items[pk].outstanding for pk, part in parts.items())
            if place == 0:
                for pk, part in parts.items():
                    taken[pk] = taken.get(pk, D(0)) + part
    assert all(Receivable.objects.get(pk=pk).outstanding >= part for pk, part in taken.items())


@pytest.mark.django_db
def test_a_month_never_imported_is_a_question_of_closing_and_no_broken_book():
    account = make_account()
    question = "bank accounts of which part of the month was not imported"

    def imported(first, last, *lines):
        statement = make_statement(account, first)
        statement.last_date = last
        statement.save()
        for day, amount, balance in lines:
            make_line(account, amount=amount, day=day, balance=D(balance), statement=statement)

    def left_of_july():
        return {
            str(label): count for label, count in left_of(Period.month_of(date(2026, 7, 1)), stopping=True)
        }

    def broken():
        return [check.name for check in run_checks() if check.violations]

    day = date(2026, 6, 30)
    imported(day, day, (day, "-10.00", "1000.00"))
    assert left_of_july() == {question: 1}
    day = date(2026, 8, 1)
    imported(day, day, (day, "-10.00", "490.00"))
    assert (left_of_july(), broken()) == ({question: 1}, [])
    day, last = date(2026, 7, 1), date(2026, 7, 31)
    imported(day, last, (day, "-1.00", "999.00"), (last, "-2.00", "997.00"))
    assert broken() == ["receivables.bank_balances"], "July ends with 997, August begins with 500"
    imported(last, last, (last, "-497.00", "500.00"))
    assert (left_of_july(), broken()) == ({}, [])


@pytest.mark.django_db(transaction=True)
def test_two_people_confirm_one_line_and_one_receipt_is_booked():
    cast = make_cast()
    customers = [make_customer(owner=cast.alice) for _n in range(2)]
    item = make_receivable(customers[0], amount="100.00")
    line = make_line(amount="100.00")
    start, refused = threading.Barrier(2), []

    def act(customer, parts):
        start.wait()
        try:
            confirm_line(actor=cast.dora, line=line, customer=customer, allocations=parts, at=AT)
        except Conflict as error:
            refused.append(str(error))
        finally:
            connection.close()

    people = [
        threading.Thread(target=act, args=(customers[0], [Allocation(item.pk, D("100.00"))])),
        threading.Thread(target=act, args=(customers[1], [])),
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    line.refresh_from_db()
    assert len(refused) == 1 and Receipt.objects.get() == line.receipt
