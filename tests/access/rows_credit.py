"""Who gets which page of credit: holds and assessments."""

from receivables.models import ProvisionRun
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.orders import make_order
from tests.factories.receivables import make_customer, make_receivable
from tests.factories.receivables_credit import make_assessment, make_hold, make_provision, make_risk

CANARY = "Canary Trading"
READERS = "alice bob asha mona dora lena gina aida"
RECORD = {READERS: OK, "*": MISSING}
LIST = {"hugo otto root sam": FORBIDDEN, "*": OK}
PLACE = {"dora mona gina": OK, "*": FORBIDDEN}


def hold(cast):
    return make_hold(make_customer(owner=cast.alice, name=CANARY))


def assessment(cast):
    return make_assessment(make_customer(owner=cast.alice, name=CANARY))


ASSESSED = {"alice bob asha mona dora gina aida": OK, "*": MISSING}
ASSESS = {"alice bob asha mona dora gina": OK, "aida": FORBIDDEN, "*": MISSING}
NO_CREDIT = {"hugo otto root sam lena": FORBIDDEN, "*": OK}


def waiting_order(cast):
    return make_order(make_customer(owner=cast.alice, name=CANARY), state="submitted")


ANSWER = {"alice bob asha mona dora gina": OK, "aida lena": FORBIDDEN, "*": MISSING}


def risk(cast):
    return make_risk(make_customer(owner=cast.alice, name=CANARY))


def provision(cast):
    make_receivable(make_customer(owner=cast.alice, name=CANARY))
    return ProvisionRun.objects.filter(state="draft").first() or make_provision(actor=cast.dora)


def provision_line(cast):
    return provision(cast).lines.filter(customer__name=CANARY).latest("pk")


BOOKS = {"dora gina aida": OK, "*": MISSING}
BOOK_LIST = {"dora gina aida": OK, "*": FORBIDDEN}
COMPUTE = {"dora": OK, "*": FORBIDDEN}
WRITE = {"dora": OK, "gina aida": FORBIDDEN, "*": MISSING}

ROWS = [
    Row("receivables:provisionrun_list", make=lambda c: (provision(c), {}), get=BOOK_LIST),
    Row("receivables:provisionrun_create", get=COMPUTE, post=COMPUTE),
    Row("receivables:provisionrun_detail", make=provision, get=BOOKS),
    Row("receivables:provisionrun_submit", make=provision, get=WRITE, post=WRITE),
    Row("receivables:provisionline_list", make=lambda c: (provision(c), {}), get=BOOK_LIST, canary=CANARY),
    Row("receivables:provisionline_rate", make=provision_line, get=WRITE, post=WRITE),
    Row("receivables:riskwarning_list", make=lambda c: (risk(c), {}), get=LIST, canary=CANARY, hides="carol"),
    Row("receivables:risk_report", make=lambda c: (risk(c), {}), get=LIST, canary=CANARY, hides="carol"),
    Row("receivables:riskwarning_detail", make=risk, get=RECORD, canary=CANARY),
    Row("receivables:riskwarning_answer", make=risk, get=ANSWER, post=ANSWER, canary=CANARY),
    Row(
        "receivables:why_blocked",
        make=waiting_order,
        get={"alice bob asha mona gina dora aida": OK, "sam otto": FORBIDDEN, "*": MISSING},
        canary=CANARY,
    ),
    Row("receivables:credit_overrides", get={"*": OK}),
    Row(
        "receivables:creditassessment_list",
        make=lambda c: (assessment(c), {}),
        get=NO_CREDIT,
        canary=CANARY,
        hides="carol",
    ),
    Row(
        "receivables:creditassessment_create",
        get={"aida hugo otto root sam lena": FORBIDDEN, "*": OK},
        post={"aida hugo otto root sam lena": FORBIDDEN, "*": OK},
    ),
    Row("receivables:creditassessment_detail", make=assessment, get=ASSESSED, canary=CANARY),
    Row("receivables:creditassessment_edit", make=assessment, get=ASSESS, post=ASSESS, canary=CANARY),
    Row("receivables:creditassessment_submit", make=assessment, get=ASSESS, post=ASSESS, canary=CANARY),
    Row("receivables:credithold_list", make=lambda c: (hold(c), {}), get=LIST, canary=CANARY, hides="carol"),
    Row("receivables:credithold_create", get=PLACE, post=PLACE),
    Row("receivables:credithold_detail", make=hold, get=RECORD, canary=CANARY),
]
