"""Thin makers of bank accounts and lines of their statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from customers.naming import name_key
from receivables.choices.bank import LineState
from receivables.models import BankAccount, BankLine, BankStatement
from receivables.services.bank import digits
from tests.factories.receivables import currency

_serial = count(1)


def make_account(name: str = "", *, number: str = "", money: str = "CNY", bank: str = "ICBC") -> BankAccount:
    n = next(_serial)
    return BankAccount.objects.create(
        name=name or f"Account {n}", bank=bank, number=number or f"62220210{n:08d}", currency=currency(money)
    )


def make_statement(account: BankAccount | None = None, day: date = date(2026, 6, 10)) -> BankStatement:
    account = account or make_account()
    return BankStatement.objects.create(
        account=account, first_date=day, last_date=day, opening=0, closing=0, file_name="june.csv"
    )


def make_line(
    account: BankAccount | None = None,
    *,
    amount: Any = "100.00",
    day: date = date(2026, 6, 10),
    text: str = "",
    payer: str = "",
    payer_account: str = "",
    reference: str = "",
    statement: BankStatement | None = None,
    **more: Any,
) -> BankLine:
    """A line of money in (or out: set aside) that nobody has looked at."""
    account = account or make_account()
    n = next(_serial)
    amount = Decimal(str(amount))
    statement = statement or account.statements.order_by("pk").first() or make_statement(account, day)
    if amount < 0:
        more = {"state": LineState.IGNORED, "set_aside": "outgoing", **more}
    return BankLine.objects.create(
        account=account,
        statement=statement,
        position=n,
        date=day,
        currency_id=account.currency_id,
        amount=amount,
        reference=reference,
        posting_reference=reference or f"L-{n}",
        key=f"key-{n}",
        payer=payer,
        payer_key=name_key(payer),
        payer_account=payer_account,
        payer_number=digits(payer_account),
        text=text,
        **more,
    )
