"""The demand letter on paper: as it was sent, whatever has changed since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from receivables.models import CollectionLetter
from receivables.services.letters import KEY
from salesops.core.capitals import capital_words
from salesops.documents.printing import Ask, PrintTemplate, register_print

LABELS = {
    "to": _("To"),
    "number": _("Number"),
    "date": _("Date"),
    "deadline": _("Last day to pay"),
    "item": _("Item"),
    "document": _("Contract or order"),
    "due": _("Due on"),
    "days": _("Days overdue"),
    "amount": _("Outstanding"),
    "total": _("Total"),
    "in_words": _("In words"),
    "pay_to": _("Please pay to"),
    "contact": _("Our contact"),
    "for_us": _("For us: signature, seal, date"),
    "received": _("Received by the customer: signature, seal, date"),
    "phone": _("Phone"),
    "tax_number": _("Tax number"),
    "bank": _("Bank and account"),
}


def letter(row: CollectionLetter, ask: Ask) -> dict[str, Any]:
    """What the letter said when it was sent, in its own language."""
    sums: dict[str, Decimal] = {}
    for line in row.lines:
        sums[line["currency"]] = sums.get(line["currency"], Decimal(0)) + Decimal(line["amount"])
    chinese = row.language != "en"
    return {
        "paragraphs": row.body.split("\n\n"),
        "lines": [
            {**line, "amount": Decimal(line["amount"]), "due": date.fromisoformat(line["due"])}
            for line in row.lines
        ],
        "sums": [
            (amount, code, capital_words(amount, code, row.language) if chinese else "")
            for code, amount in sorted(sums.items())
        ],
        "contact": str(row.sent_by or ""),
        "customer_name": row.customer_name,
        "amount_text": " + ".join(row.totals),
    }


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            KEY,
            CollectionLetter,
            _("Demand letter"),
            "print/collection_letter.html",
            letter,
            labels=LABELS,
            number=lambda row: row.number,
        )
    )
