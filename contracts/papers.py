"""The contract on paper: parties, subject, amount in figures and words, terms, signatures; in one language or two."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.choices import ContractKind, ContractState
from contracts.models import Contract
from customers.identifiers import is_abroad
from customers.selectors import bill_to
from salesops.core.capitals import capital_words
from salesops.documents.printing import Ask, PrintTemplate, in_languages, register_print
from salesops.ui.templatetags.ui import money

LABELS = {
    "number": _("Number"),
    "kind": _("Kind"),
    "signed_on": _("Signed on"),
    "seller": _("Our party"),
    "customer": _("Customer"),
    "address": _("Address"),
    "tax_number": _("Tax number"),
    "signatory": _("Their signatory"),
    "contact": _("Contact"),
    "subject": _("Subject of the contract"),
    "amount": _("Amount"),
    "no_amount": _("As in each order under this contract"),
    "in_words": _("In words"),
    "from": _("Effective from"),
    "until": _("Expires on"),
    "open_end": _("Without a fixed end"),
    "payment_terms": _("Payment terms"),
    "remarks": _("Remarks"),
    "for_us": _("For us: signature, seal, date"),
    "for_customer": _("For the customer: signature, seal, date"),
    "phone": _("Phone"),
    "bank": _("Bank and account"),
}
STANDING = {
    ContractState.DRAFT: _("Draft: not binding"),
    ContractState.VOID: _("Void: not binding"),
    ContractState.TERMINATED: _("Terminated before its time"),
}


def contract_paper(contract: Contract, ask: Ask) -> dict[str, Any]:
    """What the print of a contract shows; a framework contract names no amount."""
    chinese = any(code != "en" for code in ask.languages)
    day = contract.signed_date or contract.start_date or ask.on
    named = bool(contract.amount)
    standing = STANDING.get(ContractState(contract.state))
    return {
        "customer_name": contract.customer.name,
        "bill": bill_to(contract.customer, on=day),
        "kind_words": in_languages(ContractKind(contract.kind).label, ask.languages),
        "standing": in_languages(standing, ask.languages) if standing else "",
        "terms": contract.payment_term,
        "in_words": capital_words(contract.amount, contract.currency_id, ask.script)
        if named and chinese
        else "",
        "amount_text": money(contract.amount, contract.currency_id) if named else "",
    }


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            "contracts.contract",
            Contract,
            _("Contract"),
            "print/contract.html",
            contract_paper,
            labels=LABELS,
            abroad=lambda contract: is_abroad(contract.customer),
        )
    )
