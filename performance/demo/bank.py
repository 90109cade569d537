"""Two months of the bank account: what was booked, and lines in every other state for finance and sales to work on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from customers.models import Customer
from customers.naming import name_key
from performance.demo.words import say
from receivables.choices.bank import LineState, SetAside
from receivables.models import BankAccount, BankLine, BankStatement, Receipt, Receivable
from receivables.services.bank import digits, save_account
from receivables.services.bank_claims import claim_line
from receivables.services.bank_lines import confirm_line, reject_proposal, set_line_aside
from receivables.services.matching import propose
from salesops.catalog.models import Currency
from salesops.core.periods import Period
from salesops.exchange.bulk import insert

OPENING = Decimal("1860000.00")


def live_bank(day: Any) -> None:
    """The account, its statements, and what people did with their lines so far."""
    code = settings.BASE_CURRENCY
    account = save_account(
        actor=day.people["dora"], account=None, name=f"ICBC {code}", bank=say("中国工商银行", "ICBC"),
        number="6222021001110001234", currency=Currency.objects.get(pk=code), active=True, at=day.at(),
    )  # fmt: skip
    this = Period.month_of(day.today)
    balance = OPENING
    for period in (this.previous(), this):
        last = min(period.end, day.today)
        rows = sorted(_lines(period.start, last, code, current=period == this), key=lambda row: row["date"])
        balance = _statement(account, rows, balance, day)
    propose(on=day.today)
    _work(account, day)


def _statement(account: BankAccount, rows: list[dict[str, Any]], opening: Decimal, day: Any) -> Decimal:
    closing = opening + sum((row["amount"] for row in rows), Decimal(0))
    if not rows:
        return closing
    statement = BankStatement.objects.create(
        account=account, first_date=rows[0]["date"], last_date=rows[-1]["date"], opening=opening, closing=closing,
        file_name=f"icbc-{rows[0]['date']:%Y%m}.csv", created_by=day.people["dora"],
    )  # fmt: skip
    lines, balance = [], opening
    for place, row in enumerate(rows):
        balance += row["amount"]
        reference = row.pop("reference", "") or f"{row['date']:%Y%m%d}{place:05d}"
        line = BankLine(
            account=account, statement=statement, position=place, currency_id=account.currency_id, balance=balance,
            reference=reference, posting_reference=reference, key=f"demo-{reference}", created_by=day.people["dora"],
            **row,
        )  # fmt: skip
        line.payer_key, line.payer_number = name_key(line.payer), digits(line.payer_account)
        if line.set_aside:
            line.state = LineState.IGNORED
        lines.append(line)
    insert(lines)
    return closing


def _lines(first: date, last: date, code: str, *, current: bool) -> Iterator[dict[str, Any]]:
    receipts = Receipt.objects.filter(
        received_date__range=(first, last), currency=code, bank_account=f"ICBC {code}",
        reversal_of=None, reversed_date=None,
    )  # fmt: skip
    for receipt in receipts.select_related("customer").order_by("pk"):
        yield {
            "date": receipt.received_date, "amount": receipt.amount, "payer": receipt.customer.name,
            "payer_account": f"62220000{receipt.customer_id:08d}", "text": say("货款", "Payment for goods"),
            "reference": receipt.bank_reference, "receipt": receipt, "state": LineState.POSTED,
        }  # fmt: skip
    middle = first + timedelta(days=4)
    yield {
        "date": min(middle, last),
        "amount": Decimal("-25.00"),
        "text": say("网银手续费", "Bank charges"),
        "set_aside": SetAside.FEE,
    }
    yield {"date": min(middle, last), "amount": Decimal("-48600.00"), "payer": say("工资代发", "Payroll"),
           "text": say("代发工资", "Salaries"), "set_aside": SetAside.OUTGOING}  # fmt: skip
    yield {
        "date": last,
        "amount": Decimal("812.37"),
        "text": say("结息", "Interest"),
        "set_aside": SetAside.INTEREST,
    }
    if current:
        yield from _open_lines(last, code)


def _open_lines(last: date, code: str) -> Iterator[dict[str, Any]]:
    """Money of the last days that nobody has booked."""
    day = last - timedelta(days=3)
    items = Receivable.objects.open().filter(currency=code, disputed=False, customer__owner__is_active=True)
    for n, item in enumerate(items.select_related("customer").order_by("-due_date", "pk")[:6]):
        text = f"{say('货款', 'Payment')} {item.number}" if n % 2 == 0 else say("往来款", "Transfer")
        yield {"date": day, "amount": item.outstanding, "payer": item.customer.name, "text": text,
               "payer_account": f"62220000{item.customer_id:08d}"}  # fmt: skip
    strangers = (("宏远物资经营部", "Hongyuan Supplies", "18250.00"), ("李建国", "J. Li", "6000.00"),
                 ("财政局国库支付中心", "Treasury Office", "93400.00"), ("未知汇款人", "Unknown remitter", "1280.50"))  # fmt: skip
    for n, (chinese, english, amount) in enumerate(strangers):
        yield {"date": day + timedelta(days=n % 2), "amount": Decimal(amount), "payer": say(chinese, english),
               "payer_account": f"622848{n:010d}", "text": say("转账", "Transfer")}  # fmt: skip
    yield {
        "date": day,
        "amount": Decimal("612345.67"),
        "payer": say("大额付款单位", "Large payer"),
        "text": say("工程款", "Project money"),
    }
    yield {
        "date": day,
        "amount": Decimal("300.00"),
        "payer": say("退款", "Return"),
        "text": say("付款退回", "Payment returned"),
    }


def _work(account: BankAccount, day: Any) -> None:
    people, at = day.people, day.at()
    waiting = account.lines.get(amount=Decimal("612345.67"))
    buyer = Customer.objects.filter(owner=people["alice"], merged_into=None).order_by("pk").first()
    if buyer is not None:
        confirm_line(actor=people["dora"], line=waiting, customer=buyer, at=at)
    set_line_aside(
        actor=people["dora"], line=account.lines.get(amount=Decimal("300.00")), why=SetAside.RETURNED, at=at
    )
    unknown = account.lines.get(amount=Decimal("18250.00"))
    for name in ("alice", "carol"):
        mine = Customer.objects.filter(owner=people[name], merged_into=None).order_by("pk").first()
        if mine is not None:
            purpose = say("上月货款", "Goods of last month")
            claim_line(actor=people[name], line=unknown, customer=mine, purpose=purpose, at=at)
    doubtful = account.lines.filter(state=LineState.PROPOSED).order_by("-pk").first()
    if doubtful is not None and len(doubtful.proposals) > 1:
        reject_proposal(
            actor=people["dora"], line=doubtful, customer_id=doubtful.proposals[-1]["customer"], at=at
        )
