"""The demo company: the same twice, with every state of every record, and with books that balance."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from contracts.choices import ContractState
from contracts.models import Contract
from customers.choices import ReceptionState, VisitState
from customers.models import Customer, Reception, Visit, VisitAnswer, VisitCheckIn, VisitPlan
from orders.choices import OrderState
from orders.models import Order, OrderLine, Return
from performance.demo.build import build
from performance.demo.options import Options
from performance.demo.scenes import forgiving
from performance.models import Target
from receivables.checks import run_checks
from receivables.choices import AssessmentState, PaperState, StatementState
from receivables.choices.disputes import DisputeCategory, DisputeResolution
from receivables.choices.tax_invoices import TaxInvoiceState
from receivables.models import (
    Adjustment,
    CreditAssessment,
    CreditHold,
    CreditNote,
    Dispute,
    HeldPaper,
    PostingEntry,
    ProvisionRun,
    Receipt,
    Receivable,
    RiskWarning,
    SettlementLine,
    Statement,
    StatementDifference,
    TaxInvoice,
)
from salesops.accounts.models import Delegation, User
from salesops.approvals.models import ApprovalRequest

SIZES = {"customers": 60, "months": 6, "receivables": 160, "visits": 300, "seed": 7}


def digest() -> dict[str, list]:
    """What a person would call the rows, without keys and moments of loading."""
    return {
        "customers": list(Customer.objects.order_by("code").values_list("code", "name", "tax_number", "owner__username")),
        "visits": list(Visit.objects.order_by("number").values_list("number", "state", "visit_date", "result")),
        "orders": list(Order.objects.order_by("number", "pk").values_list("number", "state", "total", "order_date")),
        "lines": sorted(OrderLine.objects.values_list("product__code", "quantity", "price", "net", "tax")),
        "items": list(Receivable.objects.order_by("number").values_list("number", "amount", "outstanding", "due_date")),
        "receipts": list(Receipt.objects.order_by("number").values_list("number", "amount", "unallocated")),
        "plans": sorted(VisitPlan.objects.values_list("owner__username", "span", "from_date", "state", "lines__customer__code", "lines__date")),
        "check-ins": sorted(VisitCheckIn.objects.values_list("visit__number", "mark", "reason")),
        "receptions": sorted(Reception.objects.values_list("number", "state", "customer__code", "items__text")),
        "targets": sorted(Target.objects.values_list("metric", "period_start", "value")),
    }  # fmt: skip


def load() -> dict[str, int]:
    return build(Options(**SIZES, today=date(2026, 10, 30), at=timezone.now()), lambda step: None)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_same_options_give_the_same_rows_with_every_state_and_books_that_balance(caplog):
    with transaction.atomic():
        load()
        before = digest()
        transaction.set_rollback(True)
    load()
    assert digest() == before
    assert len(before["customers"]) == SIZES["customers"]
    assert [
        record.getMessage() for record in caplog.records if record.name == "performance.demo.scenes"
    ] == []
    assert User.objects.count() == 30
    assert set(Visit.objects.values_list("state", flat=True)) == set(VisitState.values)
    assert set(Order.objects.values_list("state", flat=True)) == set(OrderState.values)
    assert set(Contract.objects.values_list("state", flat=True)) <= set(ContractState.values)
    today = date(2026, 10, 30)
    assert {r.state_on(today) for r in Receivable.objects.all()} == {"open", "partial", "overdue", "settled"}
    assert {"allocated", "reversed", "reversal"} <= {r.state for r in Receipt.objects.all()}
    assert Receivable.objects.filter(disputed=True).exists()
    assert CreditNote.objects.exists() and Return.objects.exists()
    assert SettlementLine.objects.filter(reversal_of__isnull=False).exists()
    assert [(c.name, c.violations) for c in run_checks() if c.violations] == []
    requests = ApprovalRequest.objects.values_list("document_type", "state")
    kinds = {"orders.order", "customers.bank", "customers.credit", "receivables.receipt", "receivables.credit",
             "customers.visit_plan", "customers.reception"}  # fmt: skip
    assert kinds <= {kind for kind, _state in requests}
    assert {"pending", "approved"} <= {state for _kind, state in requests}
    assert Delegation.objects.exists()
    _shows_the_field_at_work()
    _shows_claims_in_every_state(today)


def states(model):
    return set(model.objects.values_list("state", flat=True))


def _shows_claims_in_every_state(today):
    """Somebody new finds on each page of receivables what is done, what waits and what went wrong."""
    assert states(Statement) == set(StatementState.values)
    assert set(StatementDifference.objects.values_list("result", flat=True)) >= {"", "ours"}
    assert states(TaxInvoice) == set(TaxInvoiceState.values)
    assert TaxInvoice.objects.filter(red_of__isnull=False, state="issued").exists()
    assert TaxInvoice.objects.filter(delivered_date__isnull=False).exists()
    assert states(HeldPaper) == set(PaperState.values)
    assert states(CreditAssessment) == set(AssessmentState.values)
    ends = [row.valid_until for row in CreditAssessment.objects.filter(state="approved")]
    assert any(end < today for end in ends) and any(0 <= (end - today).days < 30 for end in ends)
    assert states(RiskWarning) >= {"open", "answered"} and states(ProvisionRun) == {"posted", "draft"}
    assert {row.state_on(today) for row in CreditHold.objects.filter(source="")} == {"stands", "lifted"}
    assert Order.objects.filter(waits_by__isnull=False).exists(), "one goes on by itself"
    disputes = Dispute.objects.values_list("category", "resolution")
    assert {category for category, _end in disputes} == set(DisputeCategory.values)
    assert {end for _category, end in disputes} == {"", *DisputeResolution.values}
    plan_items = Receivable.objects.filter(plan_line__isnull=False)
    assert plan_items.filter(retention_until__gt=today).exists() and plan_items.count() == 4
    held = Receivable.objects.filter(retention_of__isnull=False)
    assert {hasattr(row, "release") for row in held} == {True, False}
    assert PostingEntry.objects.filter(kind="release", state="entered").exists()
    assert {"write_off", "recovery"} <= set(Adjustment.objects.values_list("kind", flat=True))


def _shows_the_field_at_work():
    """Somebody new finds plans, check-ins, answers and receptions of every sort on the pages of visits."""
    plans = set(VisitPlan.objects.values_list("state", flat=True))
    assert plans >= {"draft", "submitted", "returned", "accepted", "executing", "self_checked", "reviewed"}
    accepted = VisitPlan.objects.get(state="accepted")
    assert accepted.lines.exists() and not accepted.lines.filter(visit=None).exists()
    assert set(VisitCheckIn.objects.values_list("mark", flat=True)) == {"near", "far", "none", "unknown"}
    kinds = set(VisitAnswer.objects.values_list("visit__kind", flat=True))
    assert kinds == {"return_visit", "first_visit", "inspection", "complaint"}
    assert set(Reception.objects.values_list("state", flat=True)) == set(ReceptionState.values)
    assert all(row.items.exists() and row.stops.count() == 4 for row in Reception.objects.all())
    assert ApprovalRequest.objects.filter(document_type="customers.reception", state="pending").count() == 1


def test_it_is_refused_where_a_company_exists(cast):
    with pytest.raises(CommandError, match="There is a company in this database already"):
        call_command("demo")


def test_a_load_that_is_broken_off_in_its_last_part_is_not_taken_for_a_company(db):
    """It was: half a company was served as if it were whole, and nobody was told how to get rid of it."""

    def stop_late(step):
        if step.startswith("today"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(Options(3, 1, 5, 5, 1, date(2026, 10, 30), timezone.now()), stop_late)
    for more in ({}, {"if_empty": True}):
        with pytest.raises(CommandError, match=r"broken off. .*(folder|new database)"):
            call_command("demo", **more)


def test_it_is_refused_in_production(db, settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="production"):
        call_command("demo")


def test_a_small_company_does_without_scenes_whose_people_it_lacks(caplog):
    """`demo --customers 12` ended in a traceback with half a company in the database."""

    def twentieth(_day):
        raise IndexError

    small, usual = (Options(n, 24, 2600, 6000, 1, timezone.localdate(), timezone.now()) for n in (12, 260))
    with forgiving(small, twentieth):
        twentieth(None)
    assert "twentieth" in caplog.text
    with pytest.raises(IndexError), forgiving(usual, twentieth):
        twentieth(None)
