"""Who gets which report of the ledger."""

from tests.access.rows_receivables import CANARY, HIDES, LIST, item
from tests.access.table import Row

ROWS = [
    Row("receivables:bridge", make=lambda c: (item(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:bridge_rows", make=lambda c: (item(c), {}), get=LIST),
]
