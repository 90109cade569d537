"""Who may open which page of orders."""

from datetime import date

from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.orders import make_order, make_return, serial

EDIT = "alice asha bob mona dora otto"
APPROVE = "bob mona dora"
SEE = f"{EDIT} gina sam aida"
VIEWERS = {SEE: OK, "*": MISSING}
EDITORS = {EDIT: OK, "gina sam aida": FORBIDDEN, "*": MISSING}
APPROVERS = {APPROVE: OK, "alice asha otto gina sam aida": FORBIDDEN, "*": MISSING}
READERS = {f"{SEE} carol": OK, "*": FORBIDDEN}
WRITERS = {f"{EDIT} carol": OK, "*": FORBIDDEN}
NUMBER = "CANARY-DD"


def in_state(state):
    def make(cast):
        return make_order(make_customer(cast.alice), number=f"{NUMBER}-{serial()}", state=state)

    return make


def differing(cast):
    customer = make_customer(cast.alice)
    contract = make_contract(customer, end_date=date(2026, 3, 1))
    return make_order(customer, number=f"{NUMBER}-{serial()}", state="submitted", contract=contract)


def listed(cast):
    in_state("confirmed")(cast)
    return None, {}


def returned(cast):
    make_return(in_state("shipped")(cast), net="1.00", reason="canary broke")
    return None, {}


def act(name, state, who):
    return Row(f"orders:order_{name}", make=in_state(state), get=who, post=who, canary=NUMBER)


ROWS = [
    Row("orders:order_list", make=listed, get=READERS, post=READERS, canary=NUMBER, hides="carol"),
    Row(
        "orders:return_list",
        make=returned,
        get=READERS,
        canary="canary broke",
        hides="carol",
    ),
    Row("orders:order_create", get=WRITERS, post=WRITERS),
    Row("orders:order_preview", get=None, post=WRITERS),
    Row("orders:order_detail", make=in_state("confirmed"), get=VIEWERS, canary=NUMBER),
    Row("orders:order_print", make=in_state("confirmed"), get=VIEWERS, canary=NUMBER),
    act("edit", "draft", EDITORS),
    act("submit", "draft", EDITORS),
    act("return", "submitted", EDITORS),
    act("confirm", "submitted", APPROVERS),
    Row("orders:order_differences", make=differing, get=EDITORS, post=EDITORS, canary=NUMBER),
    act("wait", "submitted", APPROVERS),
    act("arrange", "confirmed", EDITORS),
    act("ship", "confirmed", EDITORS),
    act("cancel", "submitted", EDITORS),
    act("record_return", "shipped", EDITORS),
]
