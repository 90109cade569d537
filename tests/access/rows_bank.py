"""Who gets which page of the bank: finance works there, general manager and auditor look on."""

from receivables.models import BankAccount
from receivables.services.bank_claims import claim_line
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables import AT, make_customer
from tests.factories.receivables_bank import make_account, make_line, make_statement

CANARY = "Canary Trading"
SEEN = {"dora gina aida": OK, "*": MISSING}
WRITTEN = {"dora": OK, "gina aida": FORBIDDEN, "*": MISSING}
LIST = {"dora gina aida": OK, "*": FORBIDDEN}
ADD = {"dora": OK, "*": FORBIDDEN}


SALES = "alice bob carol mona asha"
OPEN_SEEN = {f"{SALES} dora gina aida": OK, "*": MISSING}
OPEN_WRITTEN = {"dora": OK, f"{SALES} gina aida": FORBIDDEN, "*": MISSING}
CLAIMED = {SALES: OK, "dora gina aida": FORBIDDEN, "*": MISSING}
LINES = {f"{SALES} dora gina aida": OK, "*": FORBIDDEN}
OWN_CLAIM = {"alice dora gina aida": OK, "*": MISSING}
DECIDE = {"dora": OK, "alice gina aida": FORBIDDEN, "*": MISSING}
WITHDRAW = {"alice": OK, "dora gina aida": FORBIDDEN, "*": MISSING}


def claim(cast):
    customer = make_customer(owner=cast.alice, name=CANARY)
    return claim_line(actor=cast.alice, line=make_line(), customer=customer, purpose="Invoice 7", at=AT)


def account(cast):
    return BankAccount.objects.filter(name=CANARY).first() or make_account(CANARY)


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
    Row("receivables:bankline_list", make=lambda c: (line(c), {}), get=LINES, post=LINES, canary=CANARY),
    Row("receivables:bankline_detail", make=line, get=OPEN_SEEN, canary=CANARY),
    Row("receivables:bankline_decide", make=line, get=OPEN_WRITTEN, post=OPEN_WRITTEN, canary=CANARY),
    Row("receivables:bankline_book", make=line, get=OPEN_WRITTEN, post=OPEN_WRITTEN, canary=CANARY),
    Row("receivables:bankline_aside", make=line, get=OPEN_WRITTEN, post=OPEN_WRITTEN, canary=CANARY),
    Row("receivables:bankline_claim", make=line, get=CLAIMED, post=CLAIMED, canary=CANARY),
    Row(
        "receivables:bankclaim_list",
        make=lambda c: (claim(c), {}),
        get=LINES,
        canary=CANARY,
        hides="carol bob",
    ),
    Row("receivables:bankclaim_detail", make=claim, get=OWN_CLAIM, canary=CANARY),
    Row("receivables:bankclaim_refuse", make=claim, get=DECIDE, post=DECIDE, canary=CANARY),
    Row("receivables:bankclaim_withdraw", make=claim, get=WITHDRAW, post=WITHDRAW, canary=CANARY),
    Row("receivables:bankline_reopen", make=aside, get=WRITTEN, post=WRITTEN, canary=CANARY),
]
