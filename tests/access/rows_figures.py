"""Who gets which report of the ledger, and which statement."""

from tests.access.rows_receivables import ASKER, CANARY, HIDES, LIST, RECORD, customer, item
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables_statements import make_difference, make_statement

SENDER = {"alice bob asha mona dora": OK, "gina aida lena": FORBIDDEN, "*": MISSING}
ACCOUNT = {"alice bob asha mona dora gina aida": OK, "sam": FORBIDDEN, "*": MISSING}
BULK = {"dora": OK, "*": FORBIDDEN}


def statement(cast):
    return make_statement(customer(cast), actor=cast.alice)


def difference(cast):
    return make_difference(customer(cast), actor=cast.alice)


ROWS = [
    Row("receivables:account", make=customer, get=ACCOUNT, canary=CANARY),
    Row("receivables:rates", make=lambda c: (item(c), {}), get=LIST),
    Row("receivables:rates_rows", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:due_calendar", make=lambda c: (item(c), {}), get=LIST),
    Row("receivables:forecast", make=lambda c: (item(c), {}), get=LIST),
    Row("receivables:forecast_rows", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:bridge", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:bridge_rows", make=lambda c: (item(c), {}), get=LIST),
    Row(
        "receivables:statement_list", make=lambda c: (statement(c), {}), get=LIST, canary=CANARY, hides=HIDES
    ),
    Row("receivables:statement_bulk", get=BULK, post=BULK),
    Row("receivables:statement_send", make=customer, get=ASKER, post=ASKER, canary=CANARY),
    Row("receivables:statement_detail", make=statement, get=RECORD, canary=CANARY),
    Row("receivables:statement_remind", make=statement, get=SENDER, post=SENDER, canary=""),
    Row(
        "receivables:statementdifference_list",
        make=lambda c: (difference(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:statementdifference_detail", make=difference, get=RECORD, canary=CANARY),
    Row("receivables:difference_settle", make=difference, get=SENDER, post=SENDER),
    Row("receivables:difference_dispute", make=difference, get=SENDER, post=SENDER),
    Row("receivables:coverage", make=lambda c: (item(c), {}), get=LIST),
    Row("receivables:coverage_rows", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
]
