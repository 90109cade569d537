"""Who asks for a tax invoice, who issues it."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from receivables.models import TaxInvoice
from receivables.services.tax_invoices import InvoiceLine, NewTaxInvoice, request_invoice
from tests.access.rows_receivables import CANARY, HIDES, LIST, READERS, customer
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables import AT

SEE = {READERS: OK, "*": MISSING}
ASKERS = {"alice bob asha mona dora": OK, "gina aida lena": FORBIDDEN, "*": MISSING}
FINANCE = {"dora": OK, "alice bob asha mona gina aida lena": FORBIDDEN, "*": MISSING}
ADDERS = {"alice asha bob carol mona dora": OK, "*": FORBIDDEN}


def requested(cast, kind="ordinary"):
    buyer = customer(cast)
    line = InvoiceLine("Hats", Decimal("113.00"), Decimal("0.13"))
    return request_invoice(
        actor=cast.alice, invoice=NewTaxInvoice(buyer, kind, buyer.currency, [line]), at=AT
    )


def moved(cast, kind="ordinary", **fields):
    found = requested(cast, kind)
    TaxInvoice.objects.filter(pk=found.pk).update(**fields)
    return TaxInvoice.objects.get(pk=found.pk)


def approved(cast):
    return moved(cast, state="approved")


def issued(cast):
    return moved(cast, state="issued", fapiao_no="1" * 20, issued_date=date(2026, 6, 30))


def of_taiwan(cast):
    return moved(cast, "tw2", state="issued", fapiao_no="AB12345678", issued_date=timezone.localdate())


ROWS = [
    Row(
        "receivables:taxinvoice_list", make=lambda c: (requested(c), {}), get=LIST, canary=CANARY, hides=HIDES
    ),
    Row("receivables:taxinvoice_create", get=ADDERS, post=ADDERS),
    Row("receivables:taxinvoice_detail", make=requested, get=SEE, canary=CANARY),
    Row("receivables:taxinvoice_issue", make=approved, get=FINANCE, post=FINANCE, canary=CANARY),
    Row("receivables:taxinvoice_deliver", make=issued, get=ASKERS, post=ASKERS, canary=CANARY),
    Row("receivables:taxinvoice_void", make=requested, get=ASKERS, post=ASKERS, canary=CANARY),
    Row("receivables:taxinvoice_annul", make=of_taiwan, get=FINANCE, post=FINANCE, canary=CANARY),
    Row("receivables:taxinvoice_red", make=issued, get=FINANCE, post=FINANCE, canary=CANARY),
]
