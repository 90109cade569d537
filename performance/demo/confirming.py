"""Statements of account of the demo company: sent, reminded, confirmed, and answered with differences."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from customers.models import Contact, Customer
from performance.demo.scenes import noon, play
from performance.demo.words import say
from receivables.models import Receivable, Statement, StatementDifference
from receivables.services.statements import (
    PURPOSE,
    Sending,
    dispute_item,
    remind_statement,
    send_statement,
    settle_difference,
)
from salesops.core.periods import Period
from salesops.notifications.services.outsiders import issue_link, use_link

SENT = 7  # of them two wait, three are confirmed, two differ


def confirm_balances(day: Any) -> None:
    """Called within the last day: the statements went out after the end of the month."""
    play(day, (_send, _confirm, _differ, _follow, _remind))


def _send(day: Any) -> None:
    last = Period.month_of(day.today).previous()
    at = min(noon(last.end + timedelta(days=2)), day.at())
    owing = Receivable.objects.open().filter(issue_date__range=(last.start, last.end), currency="CNY")
    rows = Customer.objects.filter(merged_into=None, owner__is_active=True, pk__in=owing.values("customer"))
    for customer in rows.select_related("owner").order_by("pk")[:SENT]:
        contact = (
            Contact.objects.filter(customer=customer, left=False).exclude(email="").order_by("pk").first()
        )
        email = contact.email if contact else f"accounts.{customer.pk}@customer.example"
        sending = Sending(customer, last.start, last.end, email, "zh-hans", "CNY")
        send_statement(actor=customer.owner, sending=sending, at=at)


def _sent() -> list[Statement]:
    return list(Statement.objects.select_related("customer__owner").order_by("number"))


def _answer(statement: Statement, data: dict[str, str], at: datetime) -> None:
    """As the customer does, on the page of a link that was handed to it."""
    _link, token = issue_link(
        PURPOSE,
        statement,
        statement.email,
        at + timedelta(days=2),
        actor=statement.created_by,
        at=at,
        mail=False,
    )
    use_link(token, {"name": say("刘会计", "Ms Liu, accounts"), **data}, at=at)


def _when(statement: Statement, day: Any) -> datetime:
    return min(statement.sent_at + timedelta(days=1), day.at())


def _confirm(day: Any) -> None:
    for statement in _sent()[2:5]:
        _answer(statement, {}, _when(statement, day))


def _differ(day: Any) -> None:
    """One customer says another amount for a line and something in general, another one knows nothing of a line."""
    words = (
        {"a-1": "88.00", "w-1": say("金额不同", "another amount"), "difference": say("缺一笔付款", "one payment is missing")},
        {"d-1": "1", "w-1": say("未收到货", "nothing came")},
    )  # fmt: skip
    for statement, data in zip(_sent()[5:7], words, strict=False):
        _answer(statement, data, _when(statement, day))


def _follow(day: Any) -> None:
    """One difference has its result, one item is disputed, the rest is still to be looked at."""
    rows = list(StatementDifference.objects.select_related("statement__customer", "line").order_by("pk"))
    dora = day.people["dora"]
    for row in rows[:1]:
        outcome = say("我方重复入账,已更正", "we had booked it twice")
        settle_difference(actor=dora, difference=row, result="ours", outcome=outcome, at=day.at())
    for row in [row for row in rows[1:] if row.line is not None and row.line.receivable_id][:1]:
        dispute_item(actor=dora, difference=row, at=day.at())


def _remind(day: Any) -> None:
    for statement in _sent()[:1]:
        remind_statement(actor=statement.created_by, statement=statement, at=day.at())
