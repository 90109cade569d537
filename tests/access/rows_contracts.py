"""Who may open which page of the contract register."""

from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.contracts import make_contract
from tests.factories.customers import make_customer
from tests.factories.orders import serial

EDIT = "alice asha bob mona gina dora lena"
APPROVE = "bob mona gina dora lena"
SEE = f"{EDIT} otto aida"
VIEWERS = {SEE: OK, "*": MISSING}
EDITORS = {EDIT: OK, "otto aida": FORBIDDEN, "*": MISSING}
APPROVERS = {APPROVE: OK, "alice asha otto aida": FORBIDDEN, "*": MISSING}
READERS = {f"{SEE} carol": OK, "*": FORBIDDEN}
WRITERS = {f"{EDIT} carol": OK, "*": FORBIDDEN}
NUMBER = "CANARY-CT"


def draft(cast):
    return make_contract(make_customer(cast.alice), number=f"{NUMBER}-{serial()}", state="draft")


def in_force(cast):
    return make_contract(make_customer(cast.alice), number=f"{NUMBER}-{serial()}")


def listed(cast):
    in_force(cast)
    return None, {}


def act(name, make, who):
    return Row(f"contracts:contract_{name}", make=make, get=who, post=who, canary=NUMBER)


ROWS = [
    Row(
        "contracts:contract_list",
        make=listed,
        get=READERS,
        canary=NUMBER,
        hides="carol",
    ),
    Row("contracts:contract_create", get=WRITERS, post=WRITERS),
    Row("contracts:contract_detail", make=in_force, get=VIEWERS, canary=NUMBER),
    act("edit", draft, EDITORS),
    act("activate", draft, APPROVERS),
    act("plan", draft, EDITORS),
    act("accept", in_force, EDITORS),
    act("complete", in_force, APPROVERS),
    act("terminate", in_force, APPROVERS),
    act("void", draft, EDITORS),
    act("annotate", in_force, EDITORS),
]
