"""Import of bank statements: the columns, and what becomes of the lines that ``bank_reading`` found to be new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.naming import name_key
from receivables.choices.bank import Direction, LineState, SetAside
from receivables.imports.bank_reading import SIDES, Draft, Statements, beside, prepare_lines
from receivables.models import BankAccount, BankLine
from receivables.services.bank import KIND, digits
from receivables.services.bank_lines import link_recorded
from receivables.services.matching import propose
from salesops.core.choices import Role
from salesops.core.errors import Conflict
from salesops.exchange.context import BatchContext, Document
from salesops.exchange.registry import Column, ImportKind

FEE = re.compile(r"手续费|手續費|服务费|服務費|工本费|账户管理费|帳戶管理費|网银费|邮电费|bank charge|\bfees?\b|\bcharges?\b|commission", re.IGNORECASE)  # fmt: skip
INTEREST = re.compile(r"结息|結息|利息|存款息|\binterest\b", re.IGNORECASE)


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
            label=gettext_lazy("bank account"), aliases=("own account", "own account number", "our account", "本方账号", "本方帳號", "本方账户", "本方帐号"),
        ),
        Column(
            "date", "date", required=True, defaults=_DAYS,
            label=gettext_lazy("date"), aliases=("transaction date", "booking date", "posting date", "trans date", "交易日期", "记账日期", "記帳日期",
                     "入账日期", "入帳日期", "交易时间", "交易時間", "记账日", "交易日", "帳務日期", "日期", "Buchungstag", "Buchungsdatum"),
        ),
        Column("value_date", "date", defaults=_DAYS, label=gettext_lazy("value date"), aliases=("value", "起息日", "起息日期", "计息日", "Valuta", "Wertstellung")),
        Column(
            "amount", "decimal", defaults=_MONEY,
            label=gettext_lazy("amount"), aliases=("transaction amount", "交易金额", "交易金額", "发生额", "發生額", "金额", "金額", "Betrag"),
        ),
        Column(
            "credit", "decimal", defaults=_MONEY,
            label=gettext_lazy("money in"), aliases=("credit amount", "deposit", "deposits", "money in", "paid in", "贷方金额", "貸方金額", "贷方发生额", "贷方发生额(收入)",
                     "贷方发生额/元(收入)", "贷方", "貸方", "收入", "收入金额", "收入金額", "存入", "存入金額", "存款", "转入金额", "Haben"),
        ),
        Column(
            "debit", "decimal", defaults=_MONEY,
            label=gettext_lazy("money out"), aliases=("debit amount", "withdrawal", "withdrawals", "money out", "paid out", "借方金额", "借方金額", "借方发生额",
                     "借方发生额(支出)", "借方发生额/元(支取)", "借方", "支出", "支出金额", "支出金額", "支取", "提出", "提款", "转出金额", "Soll"),
        ),
        Column(
            "direction", "choice", choices=Direction.choices, defaults={"values": SIDES},
            help=gettext_lazy("D or C, 借 or 贷, where the amount has no sign"),
            label=gettext_lazy("in or out"), aliases=("d/c", "dc", "dr/cr", "cr/dr", "type", "indicator", "debit/credit", "借贷标志", "借贷", "借貸", "借貸別", "借贷标识",
                     "收支", "收/支", "收付标志"),
        ),
        Column("currency", max_length=20, label=gettext_lazy("currency"), aliases=("ccy", "币种", "幣別", "货币", "Währung")),
        Column(
            "balance", "decimal", defaults=_MONEY, help=gettext_lazy("after the line; added up and compared"),
            label=gettext_lazy("balance"), aliases=("running balance", "account balance", "余额", "餘額", "账户余额", "帳戶餘額", "本次余额", "結存", "联机余额", "Saldo"),
        ),
        Column(
            "reference", max_length=90,
            label=gettext_lazy("bank reference"), aliases=("bank reference", "transaction id", "transaction no", "ref", "reference no", "流水号", "流水號", "交易流水号",
                     "交易流水", "账户明细编号-交易流水号", "凭证号", "憑證號", "凭证号码", "日志号", "核心流水号", "回单编号", "交易序號", "序號"),
        ),
        Column(
            "payer", max_length=200,
            label=gettext_lazy("other side"), aliases=("counterparty", "counterparty name", "name", "payer name", "remitter", "beneficiary", "对方户名", "對方戶名", "对方名称",
                     "對方名稱", "对方单位", "对方单位名称", "付款人", "付款人名称", "付款方", "收(付)方名称", "户名", "Auftraggeber"),
        ),
        Column(
            "payer_account", max_length=60,
            label=gettext_lazy("account of the other side"), aliases=("counterparty account", "account no", "iban", "对方账号", "对方帐号", "對方帳號", "對方帳戶", "对方账户", "付款账号", "付款人账号",
                     "收(付)方账号", "转出帳號", "轉出帳號"),
        ),
        Column(
            "payer_bank", max_length=120,
            label=gettext_lazy("bank of the other side"), aliases=("counterparty bank", "bank", "对方开户行", "对方开户机构", "對方銀行", "对方行名", "开户行", "收(付)方开户行名"),
        ),
        Column(
            "text", max_length=500, gathers=True,
            label=gettext_lazy("text of the line"), aliases=("description", "details", "narrative", "purpose", "remittance information", "particulars", "memo", "摘要", "用途",
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
