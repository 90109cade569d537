"""Who sees, follows and settles which dispute."""

from receivables.models import Dispute
from tests.access.rows_receivables import CANARY, DISPUTER, HIDES, LIST, READERS, disputed
from tests.access.table import MISSING, OK, Row


def dispute(cast):
    return Dispute.objects.get(receivable=disputed(cast))


ROWS = [
    Row("receivables:dispute_list", make=lambda c: (dispute(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:dispute_detail", make=dispute, get={READERS: OK, "*": MISSING}, canary=CANARY),
    Row("receivables:dispute_follow", make=dispute, get=DISPUTER, post=DISPUTER, canary=CANARY),
]
