"""Bank statements as banks write them: one signed amount, debit and credit apart, or an indicator (D/C, 借/贷).

A line is recognised by the bank's reference, day and amount, or, where there is none, by day, amount, texts, running
balance and its place among lines that are equal in all of these: the same file twice, and files whose periods overlap,
bring each line once. Where the file has balances they are added up, in whichever direction the file runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.naming import name_key
from receivables.choices.bank import Direction, LineState, SetAside
from receivables.models import BankAccount, BankLine, BankStatement
from receivables.services.bank import KIND, digits, flat
from receivables.services.bank_lines import link_recorded
from receivables.services.matching import propose
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.choices import Role
from salesops.core.errors import Conflict
from salesops.core.locking import lock_rows
from salesops.exchange.books import CurrencyBook
from salesops.exchange.context import BatchContext, Book, Document, RowError
from salesops.exchange.registry import Column, ImportKind

_CODES = {"RMB": "CNY", "人民币": "CNY", "人民幣": "CNY", "NTD": "TWD", "NT$": "TWD", "新台币": "TWD", "新臺幣": "TWD",
          "新台幣": "TWD", "美元": "USD", "欧元": "EUR", "歐元": "EUR", "港币": "HKD", "港幣": "HKD", "日元": "JPY"}  # fmt: skip
_IN = "C CR Cr cr c + 贷 貸 贷方 貸方 收 收入 存入 转入 轉入 入账 入帳 Credit credit CREDIT IN In 来账 往来收入".split()  # noqa: SIM905
_OUT = "D DR Dr dr d - 借 借方 付 支 支出 提出 转出 轉出 出账 出帳 Debit debit DEBIT OUT Out 往账".split()  # noqa: SIM905
_SIDES = {**dict.fromkeys(_IN, Direction.IN.value), **dict.fromkeys(_OUT, Direction.OUT.value)}
_DATED = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\b(19|20)\d{6}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_TOTALS = re.compile(
    r"^[\s*#:：\-—=]*(合\s*计|合\s*計|总\s*计|總\s*計|小\s*计|小\s*計|本页|本頁|累计|累計|借方合计|贷方合计|借方笔数|贷方笔数"
    r"|总笔数|總筆數|总收入|总支出|期初|期末|打印|列印|制表|说明|說明|备注[:：]|備註[:：]|注[:：]|以下空白"
    r"|total|sub\s*total|end of|opening balance|closing balance|balance (brought|carried)|printed|page\b|note[s:])",
    re.IGNORECASE,
)
FEE = re.compile(r"手续费|手續費|服务费|服務費|工本费|账户管理费|帳戶管理費|网银费|邮电费|bank charge|\bfees?\b|\bcharges?\b|commission", re.IGNORECASE)  # fmt: skip
INTEREST = re.compile(r"结息|結息|利息|存款息|\binterest\b", re.IGNORECASE)


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


def load_lines(ctx: BatchContext, documents: Sequence[Document]) -> None:
    book = ctx.book(Statements)
    drafts = [draft for document in documents if (draft := book.drafts.get(id(document)))]
    new = [draft for draft in drafts if not draft.known]
    ctx.outcome.unchanged += len(drafts) - len(new)
    if not new:
        return
    references = {draft.row.reference for draft in new if draft.row.reference}
    ids = {draft.account.pk for draft in new}
    used = Counter(
        BankLine.objects.filter(account__in=ids, reference__in=references).values_list(
            "account_id", "reference"
        )
    )
    lines = [_line(book, draft, used) for draft in sorted(new, key=lambda draft: draft.place)]
    ctx.insert(lines, count=True)
    link_recorded(at=ctx.at)
    propose(on=ctx.today)
    _keep_mapping(ctx, {draft.account.pk: draft.account for draft in new})


def _line(book: Statements, draft: Draft, used: Counter[Any]) -> BankLine:
    row, account = draft.row, draft.account
    reference = (row.reference or "").strip()
    used[account.pk, reference] += 1
    times = used[account.pk, reference]
    posting = f"{row.date:%Y%m%d}-{draft.key[:12]}"
    if reference:
        posting = reference if times == 1 else f"{reference}/{times}"
    line = BankLine(
        account=account,
        statement=book.statement(account),
        position=draft.place,
        date=row.date,
        value_date=row.value_date,
        currency_id=account.currency_id,
        amount=draft.amount,
        balance=draft.balance,
        reference=reference,
        posting_reference=posting,
        key=draft.key,
        payer=(row.payer or "").strip(),
        payer_key=name_key(row.payer or ""),
        payer_account=(row.payer_account or "").strip(),
        payer_number=digits(row.payer_account),
        payer_bank=(row.payer_bank or "").strip(),
        text=(row.text or "").strip(),
        created_by=book.ctx.actor,
    )
    line.set_aside = _set_aside(line, book.own)
    line.state = LineState.IGNORED if line.set_aside else LineState.NEW
    return line


def _set_aside(line: BankLine, own: set[str]) -> str:
    """Lines that no customer paid: what we paid, what the bank paid itself, what we moved ourselves."""
    if line.payer_number and line.payer_number in own:
        return SetAside.TRANSFER
    if line.amount < 0:
        if FEE.search(line.text):
            return SetAside.FEE
        return SetAside.INTEREST if INTEREST.search(line.text) else SetAside.OUTGOING
    return SetAside.INTEREST if not line.payer and INTEREST.search(line.text) else ""


def _keep_mapping(ctx: BatchContext, accounts: dict[int, BankAccount]) -> None:
    """The next file of the account is read the same way."""
    mapping = ctx.batch.mapping
    if not mapping or not mapping.get("columns"):
        return
    kept = {
        **mapping,
        "file": {name: value for name, value in mapping.get("file", {}).items() if name != "header_row"},
        "constants": {n: v for n, v in mapping.get("constants", {}).items() if n != "account"},
    }
    for account in accounts.values():
        BankAccount.objects.filter(pk=account.pk).exclude(mapping=kept).update(mapping=kept)


def remove_lines(pks: list[int], *, actor: Any, at: Any, reason: str) -> int:
    """An import taken back: as long as nothing is booked for its lines."""
    booked = BankLine.objects.filter(pk__in=pks).exclude(receipt=None, entry=None)
    if found := list(booked.order_by("pk")[:3]):
        raise Conflict(
            _("Receipts stand on lines of this statement: %(lines)s.")
            % {"lines": "; ".join(str(line.receipt or line) for line in found)},
            way_out=_("Reverse these receipts first."),
        )
    return BankLine.objects.filter(pk__in=pks).delete()[0]


def export_lines() -> Iterator[dict[str, Any]]:
    rows = BankLine.objects.select_related("account").order_by("account_id", "statement_id", "position")
    for line in rows.iterator(2000):
        yield {
            "account": line.account.number,
            "date": line.date,
            "value_date": line.value_date,
            "amount": line.amount,
            "currency": line.currency_id,
            "balance": line.balance,
            "reference": line.reference,
            "payer": line.payer,
            "payer_account": line.payer_account,
            "payer_bank": line.payer_bank,
            "text": line.text,
        }


_MONEY: dict[str, Any] = {"guess": True, "empty": ["-", "--", "—"]}
_DAYS: dict[str, Any] = {"formats": ["%d.%m.%Y", "%d.%m.%y", "%Y%m%d%H%M%S", "%Y%m%d"]}

BANK_LINES = ImportKind(
    name=KIND,
    title=gettext_lazy("Bank statements"),
    columns=(
        Column(
            "account", "reference", lookup="account", max_length=60,
            help=gettext_lazy("our own account: number or name, mostly one value for all rows"),
            aliases=("own account", "own account number", "our account", "本方账号", "本方帳號", "本方账户", "本方帐号"),
        ),
        Column(
            "date", "date", required=True, defaults=_DAYS,
            aliases=("transaction date", "booking date", "posting date", "trans date", "交易日期", "记账日期", "記帳日期",
                     "入账日期", "入帳日期", "交易时间", "交易時間", "记账日", "交易日", "帳務日期", "日期", "Buchungstag", "Buchungsdatum"),
        ),
        Column("value_date", "date", defaults=_DAYS, aliases=("value", "起息日", "起息日期", "计息日", "Valuta", "Wertstellung")),
        Column(
            "amount", "decimal", defaults=_MONEY,
            aliases=("transaction amount", "交易金额", "交易金額", "发生额", "發生額", "金额", "金額", "Betrag"),
        ),
        Column(
            "credit", "decimal", defaults=_MONEY,
            aliases=("credit amount", "deposit", "deposits", "money in", "paid in", "贷方金额", "貸方金額", "贷方发生额", "贷方发生额(收入)",
                     "贷方发生额/元(收入)", "贷方", "貸方", "收入", "收入金额", "收入金額", "存入", "存入金額", "存款", "转入金额", "Haben"),
        ),
        Column(
            "debit", "decimal", defaults=_MONEY,
            aliases=("debit amount", "withdrawal", "withdrawals", "money out", "paid out", "借方金额", "借方金額", "借方发生额",
                     "借方发生额(支出)", "借方发生额/元(支取)", "借方", "支出", "支出金额", "支出金額", "支取", "提出", "提款", "转出金额", "Soll"),
        ),
        Column(
            "direction", "choice", choices=Direction.choices, defaults={"values": _SIDES},
            help=gettext_lazy("D or C, 借 or 贷, where the amount has no sign"),
            aliases=("d/c", "dc", "dr/cr", "cr/dr", "type", "indicator", "debit/credit", "借贷标志", "借贷", "借貸", "借貸別", "借贷标识",
                     "收支", "收/支", "收付标志"),
        ),
        Column("currency", max_length=20, aliases=("ccy", "币种", "幣別", "货币", "Währung")),
        Column(
            "balance", "decimal", defaults=_MONEY, help=gettext_lazy("after the line; added up and compared"),
            aliases=("running balance", "account balance", "余额", "餘額", "账户余额", "帳戶餘額", "本次余额", "結存", "联机余额", "Saldo"),
        ),
        Column(
            "reference", max_length=90,
            aliases=("bank reference", "transaction id", "transaction no", "ref", "reference no", "流水号", "流水號", "交易流水号",
                     "交易流水", "账户明细编号-交易流水号", "凭证号", "憑證號", "凭证号码", "日志号", "核心流水号", "回单编号", "交易序號", "序號"),
        ),
        Column(
            "payer", max_length=200,
            aliases=("counterparty", "counterparty name", "name", "payer name", "remitter", "beneficiary", "对方户名", "對方戶名", "对方名称",
                     "對方名稱", "对方单位", "对方单位名称", "付款人", "付款人名称", "付款方", "收(付)方名称", "户名", "Auftraggeber"),
        ),
        Column(
            "payer_account", max_length=60,
            aliases=("counterparty account", "account no", "iban", "对方账号", "对方帐号", "對方帳號", "對方帳戶", "对方账户", "付款账号", "付款人账号",
                     "收(付)方账号", "转出帳號", "轉出帳號"),
        ),
        Column(
            "payer_bank", max_length=120,
            aliases=("counterparty bank", "bank", "对方开户行", "对方开户机构", "對方銀行", "对方行名", "开户行", "收(付)方开户行名"),
        ),
        Column(
            "text", max_length=500, gathers=True,
            aliases=("description", "details", "narrative", "purpose", "remittance information", "particulars", "memo", "摘要", "用途",
                     "附言", "备注", "備註", "交易摘要", "摘要说明", "交易用途", "Verwendungszweck"),
        ),
    ),
    roles=(Role.FINANCE,),
    creatable=("account",),
    any_of=(("amount", "credit", "debit"),),
    beside=beside,
    prepare=prepare_lines,
    load=load_lines,
    export=export_lines,
    order=115,
)  # fmt: skip
