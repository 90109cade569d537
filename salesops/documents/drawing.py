"""A registered paper as HTML: for the page, for the PDF and for a mail."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, override

from salesops.documents import pdf
from salesops.documents.printing import Ask, PrintTemplate, Words, in_languages
from salesops.documents.selectors import letterhead_on, texts_on


def draw(
    template: PrintTemplate, obj: Any, ask: Ask, *, missing: str = "", for_pdf: bool = False,
    tools: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """The paper; ``tools`` is what the line above it shows on a screen, ``missing`` why there is no PDF."""
    spoken = get_language()
    head = letterhead_on(ask.on)
    with override(ask.languages[0]):
        shown = template.context(obj, ask)
        names = {
            "company": head.said("name", ask.languages[0]) if head else "",
            "number": template.number(obj),
            "date": ask.on.isoformat(),
            "person": str(ask.user),
            "customer": shown.get("customer_name", ""),
            "amount": shown.get("amount_text", ""),
        }
        context = {
            "object": obj,
            "t": Words(template.labels, ask.languages),
            "title": in_languages(template.label, ask.languages),
            "plain_title": f"{template.label} {template.number(obj)}",
            "number": template.number(obj),
            "language": ask.languages[0],
            "languages": ask.languages,
            "ask": ask,
            "letterhead": head,
            "parties": [(code, head.said("name", code), head.said("address", code)) for code in ask.languages]
            if head
            else [],
            "texts": texts_on(ask.on, template.key, ask.languages, names),
            "for_pdf": for_pdf,
            "missing": missing,
            "spoken": spoken,
            **(tools or {}),
            **shown,
        }
        return render_to_string(template.template, context, request=None)


def as_pdf(template: PrintTemplate, obj: Any, ask: Ask) -> bytes:
    """The paper as PDF. Raises ``PdfMissing`` where this machine makes none."""
    return pdf.to_pdf(draw(template, obj, ask, for_pdf=True))
