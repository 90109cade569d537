"""Statements as banks write them come in once, balanced, and can be taken back while nothing stands on them."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from receivables.models import BankAccount, BankLine, BankStatement
from receivables.services.bank import save_account, upload_statement
from salesops.core.errors import Conflict, Duplicate
from salesops.exchange.services import undo_import, wizard
from tests.factories.accounts import make_cast
from tests.factories.receivables import currency, make_customer, make_receipt
from tests.factories.receivables_bank import make_account
from tests.salesops.exchange_files import counts, good, run, write

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
MAIN = "6222 0210 0111"
COLUMNS = """\
[constants]
account = "Main"
[columns]
"""
ICBC = """\
中国工商银行,,,,,,,
账号:,6222 0210 0111,,币种:,人民币,,,
交易日期,交易流水号,借方发生额,贷方发生额,余额,对方户名,对方账号,摘要
20260601,T1,,"1,000.00","11,000.00",上海东方贸易有限公司,1001,货款 YS-2026-00001
2026/6/1,T2,250.00,,"10,750.00",,,手续费
2026-06-02,T3,,500.00,"11,250.00",四海公司,1002,往来
合计,,250.00,"1,500.00",,,,
打印时间：2026-07-01
"""


@pytest.fixture
def main():
    return make_account("Main", number=MAIN)


def mapping(folder, text, name="m.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def as_main(folder, *lines):
    return mapping(folder, COLUMNS + "\n".join(lines) + "\n")


def test_debit_and_credit_apart_with_titles_above_and_totals_below_in_gbk(tmp_path, main):
    path = write(tmp_path, "icbc.csv", ICBC, encoding="gb18030")
    rows = as_main(
        tmp_path,
        *(f'{name} = "{source}"' for name, source in {
            "date": "交易日期", "reference": "交易流水号", "debit": "借方发生额", "credit": "贷方发生额", "balance": "余额",
            "payer": "对方户名", "payer_account": "对方账号", "text": "摘要"}.items()),
    )  # fmt: skip
    first = good("bank_lines", path, mapping=rows)
    assert counts(first) == (3, 0, 0)
    lines = list(BankLine.objects.order_by("position"))
    assert [(line.date.day, line.amount, line.balance) for line in lines] == [
        (1, D("1000.00"), D("11000.00")), (1, D("-250.00"), D("10750.00")), (2, D("500.00"), D("11250.00")),
    ]  # fmt: skip
    assert [(line.state, line.set_aside) for line in lines] == [("new", ""), ("ignored", "fee"), ("new", "")]
    assert lines[0].payer_key == "上海东方贸易"
    statement = BankStatement.objects.get()
    assert (statement.opening, statement.closing) == (D("10000.00"), D("11250.00"))
    assert counts(good("bank_lines", path, mapping=rows)) == (0, 0, 3)

    later = ICBC.replace("合计", "20260603,T4,,1,11251.00,甲,1003,x\n合计").replace(
        "20260601,T1", "20260601,T1"
    )
    path = write(tmp_path, "overlap.csv", later, encoding="utf-16")
    assert counts(good("bank_lines", path, mapping=rows)) == (1, 0, 3)
    assert BankStatement.objects.count() == 2


def test_a_missing_line_is_told_by_its_row_and_nothing_comes_in(tmp_path, main):
    path = write(tmp_path, "gap.csv", ICBC.replace('20260601,T1,,"1,000.00"', '20260601,T1,,"1,100.00"'))
    path = write(
        tmp_path,
        "gap.csv",
        path.read_text(encoding="utf-8").replace("2026/6/1,T2,250.00", "2026/6/1,T2,260.00"),
    )
    rows = mapping(tmp_path, '[constants]\naccount = "Main"\n[columns]\ndate = "交易日期"\ndebit = "借方发生额"\n'
                   'credit = "贷方发生额"\nbalance = "余额"\n')  # fmt: skip
    answer = run("bank_lines", path, mapping=rows)
    assert answer["exit"] == 1
    assert [(each["row"], each["column"]) for each in answer["rejected"]] == [(5, "balance")]
    assert "10740.00" in answer["rejected"][0]["reason"] and "10750.00" in answer["rejected"][0]["reason"]
    assert run("bank_lines", path, mapping=rows, skip_bad=True)["created"] == 0
    assert not BankLine.objects.exists()


@pytest.mark.parametrize(
    ("header", "rows", "columns"),
    [
        ("Date,Amount,D/C,Balance", ("02.06.2026,100.00,C,1100.00", "02.06.2026,30.00,D,1070.00"), ("amount", "direction")),
        ("Date,Amount,D/C,Balance", ("20260602,100.00,贷,1100.00", "20260602,-30.00,借,1070.00"), ("amount", "direction")),
        ("Date,Amount,Balance", ("2026/6/2,-30.00,1070.00", "2026/6/2,100.00,1100.00"), ("amount",)),
        ("Date;Amount;Balance", ("02.06.2026;1.100,00;2.100,00", "02.06.2026;-1.030,00;1.070,00"), ("amount",)),
        ("Date,Deposit,Withdrawal,Balance", ("2026-06-02,100.00,0.00,1100.00", "2026-06-02,0.00,-30.00,1070.00"), ("credit", "debit")),
    ],
    ids=["indicator", "chinese indicator, debits with a minus", "newest first", "continental", "both columns filled"],
)  # fmt: skip
def test_every_way_of_writing_an_amount(tmp_path, main, header, rows, columns):
    sources = {"direction": "D/C", "amount": "Amount", "credit": "Deposit", "debit": "Withdrawal"}
    path = write(tmp_path, "b.csv", "\n".join([header, *rows]) + "\n")
    names = [f'{name} = "{sources[name]}"' for name in columns]
    good("bank_lines", path, mapping=as_main(tmp_path, 'date = "Date"', 'balance = "Balance"', *names))
    lines = list(BankLine.objects.order_by("position"))
    assert [line.balance - line.amount for line in lines] == [D("1000.00"), lines[0].balance]
    assert lines[-1].balance == D("1070.00") and {line.date for line in lines} == {date(2026, 6, 2)}


def test_equal_lines_without_reference_are_as_many_as_the_file_has(tmp_path, main):
    rows = ("2026-06-02,100.00,Acme", "2026-06-02,100.00,Acme", "2026-06-03,100.00,Acme")
    path = write(tmp_path, "twins.csv", "\n".join(["Date,Amount,Payer", *rows]) + "\n")
    names = as_main(tmp_path, 'date = "Date"', 'amount = "Amount"', 'payer = "Payer"')
    assert counts(good("bank_lines", path, mapping=names)) == (3, 0, 0)
    assert counts(good("bank_lines", path, mapping=names)) == (0, 0, 3)


def test_finance_brings_a_workbook_by_page_and_its_columns_are_remembered_and_undone(main):
    cast = make_cast()

    def book(day):
        sheet = Workbook()
        page = sheet.active
        for row in (
            ["Statement of June"],
            ["Booked", "In", "Out", "Balance", "From"],
            [day, 50, None, 150, "Acme"],
        ):
            page.append(row)
        from io import BytesIO

        out = BytesIO()
        sheet.save(out)
        return SimpleUploadedFile("june.xlsx", out.getvalue())

    batch = upload_statement(actor=cast.dora, account=main, upload=book(date(2026, 6, 2)), at=AT)
    assert batch.mapping["constants"] == {"account": MAIN}
    columns = {"date": {"column": "Booked"}, "credit": {"column": "In"}, "debit": {"column": "Out"},
               "balance": {"column": "Balance"}, "payer": {"column": "From"}}  # fmt: skip
    chosen = {**batch.mapping, "columns": columns, "file": {"header_row": 2}}
    wizard.set_mapping(actor=cast.dora, batch=batch, mapping=chosen, skip_bad=False, allocate="", at=AT)
    batch.refresh_from_db()
    wizard._work(batch.pk, "checking", None, at=AT)
    wizard.start(actor=cast.dora, batch=batch, at=AT)
    wizard._work(batch.pk, "running", None, at=AT)
    line = BankLine.objects.get()
    assert (line.amount, line.payer, line.currency_id) == (D("50.00"), "Acme", "CNY")
    main.refresh_from_db()
    again = upload_statement(actor=cast.dora, account=main, upload=book(date(2026, 6, 3)), at=AT)
    assert again.mapping["columns"] == columns

    receipt = make_receipt(make_customer(), amount="50.00", received=line.date)
    BankLine.objects.filter(pk=line.pk).update(state="posted", receipt=receipt)
    with pytest.raises(Conflict, match=receipt.number):
        undo_import(batch.pk, actor=cast.dora, at=AT)
    BankLine.objects.filter(pk=line.pk).update(state="new", receipt=None)
    undo_import(batch.pk, actor=cast.dora, at=AT)
    assert not BankLine.objects.exists() and not BankStatement.objects.exists()


def test_an_account_is_opened_once_and_keeps_its_currency(main, cast):
    data = {
        "name": "Two",
        "bank": "",
        "currency": currency("CNY"),
        "active": True,
        "at": AT,
        "actor": cast.dora,
    }
    with pytest.raises(Duplicate, match="Main"):
        save_account(account=None, number="622202100111", **data)
    two = save_account(account=None, number="77", **data)
    from tests.factories.receivables_bank import make_line

    make_line(two)
    with pytest.raises(Conflict, match="CNY"):
        save_account(account=two, number="77", **{**data, "currency": currency("USD")})
    assert BankAccount.objects.count() == 2
