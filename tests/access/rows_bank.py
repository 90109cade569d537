"""Who gets which page of the bank: finance works there, general manager and auditor look on."""

from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables_bank import make_account, make_line, make_statement

CANARY = "Canary Trading"
SEEN = {"dora gina aida": OK, "*": MISSING}
WRITTEN = {"dora": OK, "gina aida": FORBIDDEN, "*": MISSING}
LIST = {"dora gina aida": OK, "*": FORBIDDEN}
ADD = {"dora": OK, "*": FORBIDDEN}


def account(cast):
    return make_account(CANARY)


def line(cast):
    return make_line(payer=CANARY)


def aside(cast):
    return make_line(payer=CANARY, state="ignored", set_aside="fee")


def statement(cast):
    return make_statement(account(cast))


ROWS = [
    Row("receivables:bankaccount_list", make=lambda c: (account(c), {}), get=LIST, canary=CANARY),
    Row("receivables:bankaccount_create", get=ADD, post=ADD),
    Row("receivables:bankaccount_detail", make=account, get=SEEN, canary=CANARY),
    Row("receivables:bankaccount_edit", make=account, get=WRITTEN, post=WRITTEN, canary=CANARY),
    Row("receivables:bankaccount_upload", make=account, get=WRITTEN, post=WRITTEN, canary=CANARY),
    Row("receivables:bankstatement_list", make=lambda c: (statement(c), {}), get=LIST, canary=CANARY),
    Row("receivables:bankstatement_detail", make=statement, get=SEEN, canary=CANARY),
    Row("receivables:bankline_list", make=lambda c: (line(c), {}), get=LIST, post=LIST, canary=CANARY),
    Row("receivables:bankline_detail", make=line, get=SEEN, canary=CANARY),
    Row("receivables:bankline_decide", make=line, get=WRITTEN, post=WRITTEN, canary=CANARY),
    Row("receivables:bankline_book", make=line, get=WRITTEN, post=WRITTEN, canary=CANARY),
    Row("receivables:bankline_aside", make=line, get=WRITTEN, post=WRITTEN, canary=CANARY),
    Row("receivables:bankline_reopen", make=aside, get=WRITTEN, post=WRITTEN, canary=CANARY),
]
