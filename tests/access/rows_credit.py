"""Who gets which page of credit: holds."""

from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables import make_customer
from tests.factories.receivables_credit import make_hold

CANARY = "Canary Trading"
READERS = "alice bob asha mona dora lena gina aida"
RECORD = {READERS: OK, "*": MISSING}
LIST = {"hugo otto root sam": FORBIDDEN, "*": OK}
PLACE = {"dora mona gina": OK, "*": FORBIDDEN}


def hold(cast):
    return make_hold(make_customer(owner=cast.alice, name=CANARY))


ROWS = [
    Row("receivables:credithold_list", make=lambda c: (hold(c), {}), get=LIST, canary=CANARY, hides="carol"),
    Row("receivables:credithold_create", get=PLACE, post=PLACE),
    Row("receivables:credithold_detail", make=hold, get=RECORD, canary=CANARY),
]
