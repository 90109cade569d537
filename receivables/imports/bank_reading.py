"""Bank statements as banks write them: one signed amount, debit and credit apart, or an indicator (D/C, 借/贷).

A line is recognised by the bank's reference, day and amount, or, where there is none, by day, amount, texts, running
balance and its place among lines that are equal in all of these: the same file twice, and files whose periods overlap,
bring each line once. Where the file has balances they are added up, in whichever direction the file runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from receivables.choices.bank import Direction
from receivables.models import BankAccount, BankLine, BankStatement
from receivables.services.bank import digits, flat
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.locking import lock_rows
from salesops.exchange.books import CurrencyBook
from salesops.exchange.context import BatchContext, Book, Document, RowError

_CODES = {"RMB": "CNY", "人民币": "CNY", "人民幣": "CNY", "NTD": "TWD", "NT$": "TWD", "新台币": "TWD", "新臺幣": "TWD",
          "新台幣": "TWD", "美元": "USD", "欧元": "EUR", "歐元": "EUR", "港币": "HKD", "港幣": "HKD", "日元": "JPY"}  # fmt: skip
_IN = "C CR Cr cr c + 贷 貸 贷方 貸方 收 收入 存入 转入 轉入 入账 入帳 Credit credit CREDIT IN In 来账 往来收入".split()  # noqa: SIM905
_OUT = "D DR Dr dr d - 借 借方 付 支 支出 提出 转出 轉出 出账 出帳 Debit debit DEBIT OUT Out 往账".split()  # noqa: SIM905
SIDES = {**dict.fromkeys(_IN, Direction.IN.value), **dict.fromkeys(_OUT, Direction.OUT.value)}
_DATED = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\b(19|20)\d{6}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_TOTALS = re.compile(
    r"^[\s*#:：\-—=]*(合\s*计|合\s*計|总\s*计|總\s*計|小\s*计|小\s*計|本页|本頁|累计|累計|借方合计|贷方合计|借方笔数|贷方笔数"
    r"|总笔数|總筆數|总收入|总支出|期初|期末|打印|列印|制表|说明|說明|备注[:：]|備註[:：]|注[:：]|以下空白"
    r"|total|sub\s*total|end of|opening balance|closing balance|balance (brought|carried)|printed|page\b|note[s:])",
    re.IGNORECASE,
)


def beside(cells: Sequence[Any]) -> bool:
    """Is this row a total, a note or the end of a page? It names no day, and says so or hardly says anything."""
    texts = [unicodedata.normalize("NFKC", str(cell)).strip() for cell in cells if cell is not None]
    texts = [text for text in texts if text]
    if not texts:
        return True
    if _TOTALS.match(texts[0]):
        return True
    return len(texts) <= 2 and not any(_DATED.search(text) for text in texts)


@dataclass
class Draft:
    """A line as read, before it is known whether it is on file."""

    document: Document
    account: BankAccount
    amount: Decimal
    balance: Decimal | None
    key: str = ""
    place: int = 0
    known: bool = False

    @property
    def row(self) -> Any:
        return self.document.first


class Statements(Book):
    """What the whole file says, by account; filled once by ``prepare``."""

    def __init__(self, ctx: BatchContext) -> None:
        super().__init__(ctx)
        self.drafts: dict[int, Draft] = {}
        self.refused: set[int] = set()
        self.made: dict[int, BankStatement] = {}
        self.own = {digits(number) for number in BankAccount.objects.values_list("number", flat=True)}
        self.used: Counter[tuple[int, str]] = Counter()

    def forget(self) -> None:
        self.made.clear()

    def statement(self, account: BankAccount) -> BankStatement:
        """The statement of this run for an account, made when its first new line is."""
        if account.pk not in self.made:
            lines = [d for d in self.drafts.values() if d.account.pk == account.pk and not d.known]
            lines.sort(key=lambda draft: draft.place)
            first, last = lines[0], lines[-1]
            days = [draft.row.date for draft in lines]
            self.made[account.pk] = BankStatement(
                account=account,
                first_date=min(days),
                last_date=max(days),
                opening=None if first.balance is None else first.balance - first.amount,
                closing=last.balance,
                file_name=self.ctx.batch.file_name,
                created_by=self.ctx.actor,
            )
            self.ctx.insert([self.made[account.pk]])
            record(
                "receivables.statement_imported",
                self.made[account.pk],
                account,
                actor=self.ctx.actor,
                at=self.ctx.at,
                data={"lines": len(lines), "first": min(days), "last": max(days), "file": self.ctx.batch.file_name},
            )  # fmt: skip
        return self.made[account.pk]


def prepare_lines(ctx: BatchContext, documents: Sequence[Document]) -> None:
    """Which account, which sign, whether the balances add up, and what is on file already."""
    book = ctx.book(Statements)
    accounts = _accounts(ctx, documents)
    lock_rows(BankAccount.objects.all(), [account.pk for account in accounts.values()])
    minus = _debits_are_negative(documents)

    def read(document: Document) -> Draft | None:
        return _draft(ctx, document, accounts, minus)

    read_ones = ctx.each(documents, read)
    by_account: dict[int, list[Draft]] = {}
    for draft in read_ones:
        by_account.setdefault(draft.account.pk, []).append(draft)
    for drafts in by_account.values():
        gaps = _put_in_order(drafts)
        for draft, expected in gaps:
            ctx.reject(draft.document, _gap(draft, expected))
        if gaps:
            continue
        moves = [draft for draft in drafts if draft.amount]
        _recognise(moves)
        book.drafts.update({id(draft.document): draft for draft in moves})


def _accounts(ctx: BatchContext, documents: Sequence[Document]) -> dict[str, BankAccount]:
    """Our accounts by number and name as a file may write them; the operator's command opens those missing."""
    found: dict[str, BankAccount] = {}
    for account in BankAccount.objects.order_by("-pk"):
        found[flat(account.name).casefold()] = found[digits(account.number)] = account
    if not (ctx.creates("account") or ctx.actor is None):
        return found
    rows = [document.first for document in documents]
    for name in dict.fromkeys(row.account for row in rows if row.account):
        if digits(name) in found or flat(name).casefold() in found:
            continue
        code = next((_code(row.currency) for row in rows if row.account == name and row.currency), None)
        code = code if code and Currency.objects.filter(pk=code).exists() else ctx.book(CurrencyBook).base()
        account = BankAccount(name=name[:80], number=name, currency_id=code, created_by=ctx.actor)
        ctx.insert([account])
        found[digits(name)] = account
    return found


def _code(text: str | None) -> str:
    code = flat(text).upper()
    return _CODES.get(code, code)


def _debits_are_negative(documents: Sequence[Document]) -> bool:
    """Some banks write money out with a minus although they also say that it is a debit."""
    out = []
    for document in documents:
        row = document.first
        if row.debit:
            out.append(row.debit)
        elif row.direction == Direction.OUT and row.amount:
            out.append(row.amount)
    return bool(out) and all(amount < 0 for amount in out)


def _draft(
    ctx: BatchContext, document: Document, accounts: dict[str, BankAccount], minus: bool
) -> Draft | None:
    row = document.first
    if not row.account:
        raise RowError(row, "account", _("say whose statement it is: the account as one value for all rows"))
    account = accounts.get(digits(row.account)) or accounts.get(flat(row.account).casefold())
    if account is None:
        raise RowError(row, "account", _("none of our bank accounts has this number or name"))
    if row.currency and _code(row.currency) != account.currency_id:
        raise RowError(
            row, "currency", _("the account is kept in %(currency)s") % {"currency": account.currency_id}
        )
    amount = _amount(row, minus)
    if amount is None and row.balance is None:
        raise RowError(row, "amount", _("says neither an amount nor a balance"))
    return Draft(document, account, amount or Decimal(0), row.balance)


def _amount(row: Any, minus: bool) -> Decimal | None:
    """What the line adds to the balance; ``None`` where it names no amount, as an opening balance does."""
    if row.credit or row.debit:
        debit = row.debit or Decimal(0)
        return (row.credit or Decimal(0)) - (-debit if minus else debit)
    if row.amount is None:
        return None if row.credit is None and row.debit is None else Decimal(0)
    if row.direction == Direction.OUT:
        return row.amount if minus else -row.amount
    return row.amount


def _put_in_order(drafts: list[Draft]) -> list[tuple[Draft, Decimal]]:
    """Number the lines in the order of time; the answer are the lines before which something is missing."""
    down = list(reversed(drafts))
    by_day = [draft.row.date for draft in drafts]
    newest_first = by_day[0] > by_day[-1]
    ways = (down, drafts) if newest_first else (drafts, down)
    best = min(ways, key=lambda lines: len(_gaps(lines)))
    for place, draft in enumerate(best):
        draft.place = place
    return _gaps(best)


def _gaps(lines: list[Draft]) -> list[tuple[Draft, Decimal]]:
    found = []
    stands: Decimal | None = None
    for draft in lines:
        if stands is not None:
            stands += draft.amount
            if draft.balance is not None and draft.balance != stands:
                found.append((draft, stands))
        stands = draft.balance if draft.balance is not None else stands
    return found


def _gap(draft: Draft, expected: Decimal) -> RowError:
    return RowError(
        draft.row,
        "balance",
        _(
            "the lines before it add up to %(expected)s, the bank says %(said)s: a line is missing or differs; "
            "nothing of this statement is loaded"
        )
        % {"expected": expected, "said": draft.balance},
    )


def _recognise(drafts: list[Draft]) -> None:
    """Give each line its key, and find those that are on file."""
    seen: Counter[str] = Counter()
    for draft in sorted(drafts, key=lambda each: each.place):
        row = draft.row
        if row.reference:
            what = ("r", flat(row.reference), row.date.isoformat(), str(draft.amount))
        else:
            balance = "" if draft.balance is None else str(draft.balance)
            what = ("t", row.date.isoformat(), str(draft.amount), flat(row.text), flat(row.payer), balance)
        base = "\x1f".join(what)
        seen[base] += 1
        text = f"{base}\x1f{seen[base]}"
        draft.key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
    account = drafts[0].account if drafts else None
    on_file = set(
        BankLine.objects.filter(account=account, key__in=[draft.key for draft in drafts]).values_list(
            "key", flat=True
        )
    )
    for draft in drafts:
        draft.known = draft.key in on_file
