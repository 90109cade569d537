"""Files of records: their access is that of the record."""

from __future__ import annotations

from datetime import date, timedelta

from salesops.documents.models import DocumentClass, Letterhead, PrintText
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.customers import make_customer
from tests.factories.documents import in_review, make_attachment, make_document, picture, published, upload

NAME = "canary-plan-7731.pdf"
SEES = "alice asha bob mona"
LOOKS = "gina dora sam aida"
AROUND = {f"{SEES} {LOOKS}": OK, "*": MISSING}
CHANGES = {SEES: OK, LOOKS: FORBIDDEN, "*": MISSING}


def file_of_alice(cast):
    return make_attachment(make_customer(cast.alice), cast.alice, name=NAME)


def picture_of_alice(cast):
    return make_attachment(make_customer(cast.alice), cast.alice, name="canary.png", data=picture("PNG"))


def customer_of_alice(cast):
    customer = make_customer(cast.alice)
    return None, {"kind": "customers.customer", "key": customer.pk}


def order_of_alice(cast):
    from tests.factories.orders import make_order

    order = make_order(make_customer(cast.alice, name="Canary Trading Ltd."), owner=cast.alice)
    return None, {"key": "orders.confirmation", "pk": order.pk}


def letterhead(cast):
    return Letterhead.objects.create(
        from_date=date(2026, 1, 1) + timedelta(days=Letterhead.objects.count()),
        name_en="Canary Works",
        name_zh_hans="金丝雀",
    )


def text(cast):
    return PrintText.objects.create(
        place="clauses",
        language="en",
        from_date=date(2026, 1, 1) + timedelta(days=PrintText.objects.count()),
        body="Canary clause",
    )


# Who reads an order prints it.
READS = {"alice asha bob mona gina dora otto sam aida": OK, "*": MISSING}
WRITES = {"root gina mona lena": OK, "*": FORBIDDEN}


def a_class(cast):
    return DocumentClass.objects.get(code="DY")


# Alice writes, Bob reviews; the general manager and the auditor see every draft.
DRAFT = "Canary market"
WORKING = {"alice bob gina aida": OK, "*": MISSING}
OF_AUTHOR = {"alice gina": OK, "bob aida": FORBIDDEN, "*": MISSING}
OF_REVIEWER = {"bob": OK, "alice gina aida": FORBIDDEN, "*": MISSING}
OUT = {"alice gina mona hugo lena root": OK, "*": FORBIDDEN}
KEEPS = {"root mona gina hugo lena": OK, "*": FORBIDDEN}
EVERYBODY = {"*": OK}

ROWS = [
    Row(
        "documents:document_list",
        make=lambda cast: (make_document(cast), {}),
        get=EVERYBODY,
        canary=DRAFT,
        hides="carol dora otto hugo",
    ),
    Row("documents:document_moved", get=EVERYBODY),
    Row("documents:document_create", get={"aida": FORBIDDEN, "*": OK}, post={"aida": FORBIDDEN, "*": OK}),
    Row("documents:document_detail", make=make_document, get=WORKING, canary=DRAFT),
    Row("documents:document_download", make=make_document, get=WORKING, canary="canary"),
    Row("documents:document_edit", make=make_document, get=OF_AUTHOR, post=OF_AUTHOR, canary=DRAFT),
    Row("documents:document_submit", make=make_document, get=OF_AUTHOR, post=OF_AUTHOR, canary=DRAFT),
    Row("documents:document_return", make=in_review, get=OF_REVIEWER, post=OF_REVIEWER, canary=DRAFT),
    Row("documents:document_publish", make=in_review, get=OF_REVIEWER, post=OF_REVIEWER, canary=DRAFT),
    Row("documents:document_revise", make=published, get=OUT, post=OUT),
    Row("documents:document_archive", make=published, get=OUT, post=OUT),
    Row("documents:documentclass_list", get=EVERYBODY),
    Row("documents:documentclass_detail", make=a_class, get=EVERYBODY),
    Row("documents:documentclass_create", get=KEEPS, post=KEEPS),
    Row("documents:documentclass_edit", make=a_class, get=KEEPS, post=KEEPS),
    Row(
        "documents:attachment_list",
        make=lambda cast: (file_of_alice(cast), {}),
        get={"*": OK},
        canary=NAME,
        hides="carol hugo otto lena root",
    ),
    Row("documents:attachment_detail", make=file_of_alice, get=AROUND, canary=NAME),
    Row("documents:attachment_download", make=file_of_alice, get=AROUND, canary="canary"),
    Row("documents:attachment_small", make=picture_of_alice, get=AROUND),
    Row("documents:attachment_large", make=picture_of_alice, get=AROUND),
    Row("documents:attachment_replace", make=file_of_alice, get=CHANGES, post=CHANGES, canary=NAME),
    Row("documents:attachment_void", make=file_of_alice, get=CHANGES, post=CHANGES, canary=NAME),
    Row(
        "documents:attachment_add",
        make=customer_of_alice,
        get=CHANGES,
        post=CHANGES,
        data=lambda cast, obj: {"file": upload()},
    ),
    Row("documents:print", make=order_of_alice, get=READS, canary="Canary Trading"),
    Row("documents:print_pdf", make=order_of_alice, get=READS),
    Row("documents:letterhead_list", make=lambda cast: (letterhead(cast), {}), get={"*": OK}),
    Row("documents:letterhead_detail", make=letterhead, get={"*": OK}),
    Row("documents:letterhead_create", get=WRITES, post=WRITES),
    Row("documents:printtext_list", make=lambda cast: (text(cast), {}), get={"*": OK}),
    Row("documents:printtext_detail", make=text, get={"*": OK}),
    Row("documents:printtext_create", get=WRITES, post=WRITES),
    Row("documents:store_check", get={"root aida gina": OK, "*": FORBIDDEN}),
]
