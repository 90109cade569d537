"""Imports: the administrator, and the roles that keep something, each their own; the auditor looks."""

from salesops.exchange.models import BatchState, ImportBatch
from tests.access.table import FORBIDDEN, MISSING, OK, Row

KEEPERS = "mona dora hugo otto lena root"


def batch(cast):
    return ImportBatch.objects.create(
        kind="customers", file_name="Canary.csv", state=BatchState.CHECKED, created_by=cast.mona
    )


def done(cast):
    return ImportBatch.objects.create(
        kind="customers", file_name="Canary.csv", state=BatchState.DONE, created_by=cast.mona
    )


SEEN = {"mona root aida": OK, "*": MISSING}
ACT = {"mona root": OK, "aida": FORBIDDEN, "*": MISSING}

ROWS = [
    Row(
        "exchange:importbatch_list",
        get={f"{KEEPERS} aida": OK, "*": FORBIDDEN},
    ),
    Row(
        "exchange:importbatch_create",
        get={KEEPERS: OK, "*": FORBIDDEN},
        post={KEEPERS: OK, "*": FORBIDDEN},
    ),
    Row(
        "exchange:template",
        make=lambda cast: (None, {"kind": "customers"}),
        get={"mona root": OK, "*": MISSING},
    ),
    Row("exchange:importbatch_detail", make=batch, get=SEEN, post=ACT, canary="Canary.csv"),
    Row("exchange:importbatch_run", make=batch, get=ACT, post=ACT),
    Row("exchange:importbatch_undo", make=done, get=ACT, post=ACT),
    Row("exchange:importbatch_errors", make=batch, get={"mona root aida": 400, "*": MISSING}),
    Row("exchange:importbatch_mapping", make=batch, get=SEEN),
]
