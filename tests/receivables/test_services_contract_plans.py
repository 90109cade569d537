"""A contract's payment plan posts each instalment once, from the facts it names, and never twice (CTR-07, trap 3 and 8)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal as D
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from contracts.models import PlanRow
from contracts.services import PlanLine, accept_contract, activate_contract, write_plan
from orders.services import ship_order
from receivables.checks import run_checks
from receivables.models import Receivable
from receivables.selectors import due_words
from receivables.services.contract_plans import catch_up
from receivables.services.timers import look_at_items
from salesops.catalog.models import PaymentTerm
from salesops.core.errors import Conflict, InvalidInput
from tests.factories.contracts import make_contract
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receivable

ZONE = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=ZONE)


@pytest.fixture
def contract(cast):
    """A draft over 1,000.00: 30% on taking effect, 40% by delivery, 20% after acceptance, 10% kept for the warranty."""
    customer = make_customer(owner=cast.alice)
    drafted = make_contract(customer, amount=D("1000.00"), state="draft")
    net30 = PaymentTerm.objects.get(code="ACC-30")
    lines = [
        PlanLine("sign", D(30)),
        PlanLine("deliver", D(40)),
        PlanLine("accept", D(20), payment_term=net30),
        PlanLine("warranty", D(10), months=12),
    ]
    write_plan(actor=cast.alice, contract=drafted, lines=lines, at=at(6, 1))
    return drafted


def items(contract):
    rows = Receivable.objects.filter(contract=contract).order_by("pk")
    return [(row.plan_line, row.amount, row.due_date) for row in rows]


def ship(cast, contract, price, day):
    order = make_order(
        contract.customer, contract=contract, lines=[("1", price)], order_date=date(2026, 6, 2)
    )
    return ship_order(actor=cast.otto, order=order, shipped_date=date(2026, 6, day), at=at(6, day))


def test_the_story_of_a_plan_from_signature_to_the_end_of_the_warranty(cast, contract):
    activate_contract(actor=cast.bob, contract=contract, at=at(6, 1))
    assert items(contract) == [(1, D("300.00"), date(2026, 6, 1))]
    ship(cast, contract, "333.33", 5)
    ship(cast, contract, "666.67", 8)
    assert [row[1] for row in items(contract)] == [D("300.00"), D("133.33"), D("266.67")], (
        "shares to the cent"
    )
    accept_contract(
        actor=cast.alice, contract=contract, date=date(2026, 6, 9), paper="Protocol 7", at=at(6, 10)
    )
    assert items(contract)[3:] == [(3, D("200.00"), date(2026, 7, 9)), (4, D("100.00"), date(2027, 6, 9))]
    kept = Receivable.objects.get(plan_line=4)
    assert (kept.retention_until, "12 months of warranty" in kept.due_rule) == (date(2027, 6, 9), True)
    for row in Receivable.objects.filter(contract=contract):
        assert due_words(row) == row.due_rule, "told anew it says the same"
        with translation.override("zh-hans"):
            assert not re.search("[a-z]{3}", due_words(row)), "and to everybody in the own language"

    for _again in range(2):
        catch_up(contract, at=at(6, 12))
    assert sum(row[1] for row in items(contract)) == D("1000.00")
    assert [c.name for c in run_checks() if c.violations] == []
    with pytest.raises(Conflict, match="has a payment plan"):
        make_receivable(
            contract.customer, contract=contract, amount="1.00", issued=date(2026, 6, 9), at=at(6, 12)
        )
    ship(cast, contract, "50.00", 11)
    beyond = Receivable.objects.latest("pk")
    assert (beyond.source, beyond.amount, beyond.plan_line) == ("order", D("50.00"), None), (
        "delivered beyond it"
    )


def test_a_plan_in_force_is_changed_by_a_new_edition_that_keeps_what_is_billed(cast, contract):
    with pytest.raises(InvalidInput, match=r"990\.00"):
        write_plan(actor=cast.alice, contract=contract, lines=[PlanLine("sign", D(99))], at=at(6, 1))
    activate_contract(actor=cast.bob, contract=contract, at=at(6, 1))
    ship(cast, contract, "500.00", 5)
    new = [
        PlanLine("sign", amount=D("350.00"), line=1),
        PlanLine("deliver", amount=D("450.00"), line=2),
        PlanLine("date", amount=D("200.00"), date=date(2026, 6, 20)),
    ]
    with pytest.raises(InvalidInput, match="why"):
        write_plan(actor=cast.bob, contract=contract, lines=new, at=at(6, 6))
    less = [PlanLine("sign", amount=D("299.99"), line=1), PlanLine("deliver", amount=D("700.01"), line=2)]
    with pytest.raises(Conflict, match=r"300\.00 of row 1"):
        write_plan(actor=cast.bob, contract=contract, lines=less, reason="Less", at=at(6, 6))
    write_plan(actor=cast.bob, contract=contract, lines=new, reason="Warranty dropped", at=at(6, 6))
    assert [row[:2] for row in items(contract)] == [
        (1, D("300.00")),
        (2, D("200.00")),
        (1, D("50.00")),
        (2, D("25.00")),
    ]

    look_at_items(date(2026, 6, 13), actor=None, at=at(6, 13), dry_run=False)
    notice = cast.alice.notifications.get(kind="receivables.plan_soon")
    assert notice.data["date"] == "2026-06-20"
    look_at_items(date(2026, 6, 20), actor=None, at=at(6, 20), dry_run=False)
    assert items(contract)[-1] == (5, D("200.00"), date(2026, 6, 20))
    assert contract.plans.count() == 2


def test_the_database_holds_plan_and_contract(cast, contract):
    activate_contract(actor=cast.bob, contract=contract, at=at(6, 1))
    item = Receivable.objects.get()
    row = PlanRow.objects.get(line=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRow.objects.filter(pk=row.pk).update(amount=D("1.00"))
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRow.objects.create(plan=row.plan, seq=9, line=9, trigger="sign", amount=D(5))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    twice = {f.attname: getattr(item, f.attname) for f in Receivable._meta.concrete_fields if not f.generated}
    twice |= {"id": None, "number": "YS-TWICE", "amount": D("0.01"), "base_amount": D("0.01")}
    for fact in ("contract", "again"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receivable(**twice | {"plan_fact": fact}).save(force_insert=True)


def test_by_hand_nothing_is_billed_beyond_a_contract_without_a_plan(cast):
    contract = make_contract(make_customer(owner=cast.alice), amount=D("100.00"))
    make_receivable(contract.customer, contract=contract, amount="60.00", issued=date(2026, 6, 1))
    with pytest.raises(Conflict, match=r"40\.00 is left"):
        make_receivable(contract.customer, contract=contract, amount="40.01", issued=date(2026, 6, 1))
