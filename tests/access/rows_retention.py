"""Who sees retention, holds it back and releases it."""

from datetime import date
from decimal import Decimal

from receivables.services import NewRetention, hold_back
from tests.access.rows_receivables import CANARY, HIDES, LIST, WRITER, item
from tests.access.table import Row
from tests.factories.receivables import AT


def retention(cast):
    new = NewRetention(item(cast), Decimal("5.00"), date(2028, 1, 1), "Clause 7")
    return hold_back(actor=cast.dora, retention=new, at=AT)


ROWS = [
    Row(
        "receivables:retention_list", make=lambda c: (retention(c), {}), get=LIST, canary=CANARY, hides=HIDES
    ),
    Row("receivables:receivable_hold_back", make=item, get=WRITER, post=WRITER, canary=CANARY),
    Row("receivables:receivable_release", make=retention, get=WRITER, post=WRITER, canary=CANARY),
]
