"""Papers of the demo company: letterhead, texts of prints, the signed contracts and photographs on records."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from contracts.choices import ContractState
from contracts.models import Contract
from customers.models import Customer
from orders.models import Order
from performance.demo.options import Options
from salesops.accounts.models import User
from salesops.documents import services
from salesops.documents.models import DocumentClass

LETTERHEAD = {
    "name_en": "Hengxin Houseware Ltd.",
    "name_zh_hans": "恒信家居有限公司",
    "name_zh_hant": "恆信家居有限公司",
    "address_en": "18 Harbour Lane, Ningbo 315000, China",
    "address_zh_hans": "宁波市海曙区港巷18号",
    "address_zh_hant": "寧波市海曙區港巷18號",
    "tax_number": "91330200MA2DEMO00X",
    "phone": "+86 574 8700 0000",
    "email": "sales@hengxin.example",
    "bank": "Bank of Ningbo, Harbour Branch\nCNY 3101 0122 0000 0000 00 · USD 3101 0122 0000 0000 01",
}
TEXTS = {
    ("orders.confirmation", "opening"): {
        "en": "We thank {customer} for this order and confirm it as follows.",
        "zh-hans": "感谢{customer}的订购，现确认如下。",
        "zh-hant": "感謝{customer}的訂購，茲確認如下。",
    },
    ("orders.confirmation", "clauses"): {
        "en": "Goods remain our property until paid in full. Please return one signed copy.",
        "zh-hans": "货款付清前，货物所有权归我方。请签字盖章后回传一份。",
        "zh-hant": "貨款付清前，貨物所有權歸我方。請簽名蓋章後回傳一份。",
    },
    ("receivables.statement", "clauses"): {
        "en": "Please tell us within seven days if your books differ.",
        "zh-hans": "如与贵司账目不符，请于七日内告知。",
        "zh-hant": "如與貴公司帳目不符，請於七日內告知。",
    },
}


class Upload:
    """A file as the services take it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def chunks(self) -> Iterator[bytes]:
        yield self.content


def build_papers(options: Options, people: dict[str, User]) -> None:
    """Letterhead and texts from today on; files on a few records."""
    boss, at = people["gina"], options.at
    today = timezone.localdate(at)
    services.set_letterhead(actor=boss, at=at, from_date=today, **LETTERHEAD)
    for (print_key, place), by_language in TEXTS.items():
        for language, body in by_language.items():
            services.set_text(
                actor=boss,
                at=at,
                print_key=print_key,
                place=place,
                language=language,
                from_date=today,
                body=body,
            )
    for contract in Contract.objects.filter(state=ContractState.EFFECTIVE).order_by("-pk")[:4]:
        name = f"{contract.number} signed.pdf"
        words = [f"Contract {contract.number}", str(contract.customer), "Signed and sealed by both sides"]
        _put(contract, people["lena"], name, pdf_of(words), "Signed and sealed original", at)
    for customer in Customer.objects.filter(owner=people["alice"]).order_by("pk")[:2]:
        _put(customer, people["alice"], "showroom.jpg", photograph(), "Showroom", at)
    for order in Order.objects.filter(owner=people["alice"]).order_by("-pk")[:2]:
        words = [f"Purchase order {order.customer_po or order.pk}", str(order.customer)]
        _put(order, people["alice"], "customer order.pdf", pdf_of(words), "Order of the customer", at)
    _report(options, people)


def _report(options: Options, people: dict[str, User]) -> None:
    """A market report, reviewed and published; and the marketing plan that waits for its review."""
    at = options.at
    for code, title, done in (("DY", "Houseware market, autumn", True), ("YX", "Spring fair plan", False)):
        document = services.create_document(
            actor=people["alice"],
            at=at,
            document_class=DocumentClass.objects.get(code=code),
            title=title,
            reviewer=people["bob"],
            upload=Upload(f"{title}.pdf", pdf_of([title, "Hengxin Houseware Ltd."])),
        )
        services.submit_document(actor=people["alice"], document=document, at=at)
        if done:
            services.publish_document(actor=people["bob"], document=document, at=at)


def _put(subject: Any, actor: User, name: str, content: bytes, note: str, at: Any) -> None:
    services.add_file(actor=actor, subject=subject, upload=Upload(name, content), note=note, at=at)


def pdf_of(lines: list[str]) -> bytes:
    """A small PDF of one page; what its font cannot write becomes a question mark."""
    shown = [line.encode("latin-1", "replace").decode("latin-1") for line in lines]
    shown = [line.replace("\\", "").replace("(", "").replace(")", "") for line in shown]
    drawn = "".join(f"BT /F 14 Tf 72 {760 - 28 * n} Td ({line}) Tj ET\n" for n, line in enumerate(shown))
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}endstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{number} 0 obj{part}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}".encode("latin-1")


def photograph() -> bytes:
    """Shelves, more or less."""
    image = Image.new("RGB", (800, 600), (214, 226, 232))
    pen = ImageDraw.Draw(image)
    for row in range(4):
        for column in range(6):
            left, top = 40 + column * 125, 40 + row * 140
            pen.rectangle((left, top, left + 95, top + 110), fill=(90 + column * 20, 110 + row * 25, 140))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=80)
    return data.getvalue()
