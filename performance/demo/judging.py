"""Credit of the demo company as it is judged: holds, assessments, warnings, and what is put aside for bad debts."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from orders.services.waiting import leave_waiting
from performance.demo.scenes import noon, play, sign_through
from performance.demo.words import say
from receivables.models import CreditAssessment, RiskWarning
from receivables.services.assessments import KEY as ASSESSMENT
from receivables.services.assessments import open_assessment, submit_assessment
from receivables.services.holds import KEY as LIFT
from receivables.services.holds import place_hold
from receivables.services.provisions import KEY as PROVISION
from receivables.services.provisions import compute_provision, set_own_rate, submit_provision
from receivables.services.risks import JOB, answer_risk
from salesops.approvals.selectors import open_request
from salesops.approvals.services import reject, start
from salesops.core.errors import DomainError
from salesops.core.periods import Period
from salesops.jobs.services.schedule import run_now

YEAR = 345  # days ago: an assessment of twelve months that ends in three weeks


def judge(day: Any) -> None:
    """Called within the last day."""
    play(
        day,
        (
            _holds,
            _left_waiting,
            _waiting,
            _approved,
            _ending,
            _rejected,
            _drafted,
            _reviews,
            _risks,
            _provisions,
        ),
    )


def _customers(place: int) -> Customer:
    """Customers with business whose holder is with us, the oldest files first."""
    rows = Customer.objects.filter(merged_into=None, owner__is_active=True, orders__isnull=False)
    return rows.select_related("owner", "currency").order_by("created_date", "pk").distinct()[place]


def _holds(day: Any) -> None:
    """One stands, one until a day, one is to be lifted and one was."""
    dora, mona = day.people["dora"], day.people["mona"]
    reasons = (
        ("ship", ("地址变更待核实", "the new address is checked"), None),
        ("order", ("等待担保函", "a letter of guarantee is awaited"), day.today + timedelta(days=14)),
        ("both", ("股权变更", "the owners changed"), None),
        ("ship", ("对账未确认", "the balance is not confirmed"), None),
    )
    for place, (scope, words, until) in enumerate(reasons):
        customer = _customers(20 + place)
        hold = place_hold(
            actor=mona if place == 1 else dora, customer=customer, scope=scope, reason=say(*words), until=until,
            at=day.at(),
        )  # fmt: skip
        if place >= 2:
            why = say("已核实,情况正常", "checked, nothing stands against it")
            start(actor=customer.owner, at=day.at(), obj=hold, document_type=LIFT, reason=why)
        if place == 3:
            sign_through(hold, LIFT, at=day.at())


def _left_waiting(day: Any) -> None:
    """An order and a shipment that only the credit stops go on by themselves as soon as they may."""
    for person, state in (("mona", OrderState.SUBMITTED), ("otto", OrderState.CONFIRMED)):
        rows = Order.objects.filter(state=state, owner__is_active=True).select_related("customer")
        for order in rows.order_by("-order_date", "pk")[:40]:
            with suppress(DomainError), transaction.atomic():
                leave_waiting(actor=day.people[person], order=order, at=day.at())
                break


def _assess(day: Any, place: int, *, at: Any = None, **more: Any) -> CreditAssessment:
    """Drafted by whoever has the customer, with the limit it has."""
    customer = _customers(place)
    return open_assessment(
        actor=customer.owner, customer=customer, limit=customer.credit_limit or Decimal(50_000),
        limit_reason=say("维持现有额度", "the limit stays"), expected_monthly_sales=Decimal(80_000), at=at or day.at(),
        **more,
    )  # fmt: skip


def _hand_in(row: CreditAssessment, at: Any) -> CreditAssessment:
    return submit_assessment(actor=row.assessor, assessment=row, at=at)


def _waiting(day: Any) -> None:
    _hand_in(_assess(day, 0, kind="change", note=say("旺季备货", "stocks up for the season")), day.at())


def _approved(day: Any) -> None:
    for place in (1, 2):
        row = _hand_in(_assess(day, place, kind="annual"), day.at())
        sign_through(row, ASSESSMENT, at=day.at())


def _ending(day: Any) -> None:
    """Two of a year ago end within the days of clause R-78, and one has ended."""
    for place, back in ((3, YEAR), (4, YEAR + 7), (5, YEAR + 40)):
        at = noon(day.today - timedelta(days=back))
        row = _hand_in(_assess(day, place, kind="annual", at=at), at)
        sign_through(row, ASSESSMENT, at=at)


def _rejected(day: Any) -> None:
    row = _hand_in(_assess(day, 6, kind="change", note=say("申请提高额度", "asks for more")), day.at())
    request = open_request(row, ASSESSMENT)
    if request is not None:
        ask = request.asks.filter(state="open").order_by("pk").first()
        why = say("逾期未清", "overdue items are open")
        reject(actor=ask.people.order_by("pk").first().person, at=day.at(), request=request, comment=why)


def _drafted(day: Any) -> None:
    _assess(day, 7, kind="event", note=say("客户换了法人", "the customer has a new head"))


def _reviews(day: Any) -> None:
    """The yearly look opens the next assessment of those that end."""
    run_now("credit_reviews", day.today, actor=day.people["root"], at=day.at())


def _risks(day: Any) -> None:
    """The nightly look warns; three warnings have their answer, one of them a proposal."""
    run_now(JOB, day.today, actor=day.people["root"], at=day.at())
    rows = RiskWarning.objects.filter(state="open", customer__owner__is_active=True)
    for number, row in enumerate(rows.select_related("customer__owner").order_by("-score", "pk")[:3]):
        proposal = say("改为款到发货", "supply against payment only") if number == 0 else ""
        answer = say("已约客户财务面谈", "a meeting with its accounts is arranged")
        answer_risk(actor=row.customer.owner, warning=row, answer=answer, proposal=proposal, at=day.at())


def _provisions(day: Any) -> None:
    """The month before last is posted, the last one is a draft with one rate of its own."""
    dora, last = day.people["dora"], Period.month_of(day.today).previous()
    run = compute_provision(
        actor=dora, month=last.previous(), note=say("月末计提", "end of month"), at=day.at()
    )
    run = submit_provision(actor=dora, run=run, at=day.at())
    sign_through(run, PROVISION, at=day.at())
    draft = compute_provision(actor=dora, month=last, at=day.at())
    line = draft.lines.order_by("-outstanding", "pk").first()
    if line is not None:
        reason = say("客户申请破产", "the customer filed for insolvency")
        set_own_rate(actor=dora, line=line, rate=Decimal("0.8"), reason=reason, at=day.at())
