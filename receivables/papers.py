"""The statement of account on paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.identifiers import is_abroad
from customers.models import Customer
from receivables.choices import LineKind
from receivables.models import Adjustment, CreditNote, Receipt, Receivable, Refund, Statement
from receivables.selectors.ageing import NOT_DUE
from receivables.selectors.statements import Account, Movement, statement_of
from salesops.core.capitals import capital_words
from salesops.core.policies import can
from salesops.documents.printing import Ask, PrintTemplate, in_languages, register_print
from salesops.ui.templatetags.ui import money

LABELS = {
    "customer": _("Customer"),
    "code": _("Code"),
    "address": _("Address"),
    "since": _("From"),
    "until": _("To"),
    "date": _("Date"),
    "document": _("Document"),
    "due": _("Due on"),
    "charged": _("Charged"),
    "paid": _("Paid or credited"),
    "balance": _("Balance"),
    "opening": _("Opening balance"),
    "closing": _("Closing balance"),
    "in_words": _("In words"),
    "ageing": _("Ageing in days after the due day"),
    "outstanding": _("Outstanding"),
    "unallocated": _("Unallocated"),
    "nothing": _("Nothing moved and nothing is open."),
    "for_us": _("For us: signature, seal, date"),
    "confirmed": _("Balance confirmed by the customer: signature, seal, date"),
    "phone": _("Phone"),
    "tax_number": _("Tax number"),
    "bank": _("Bank and account"),
}


def statement(customer: Customer, ask: Ask) -> dict[str, Any]:
    """What the statement shows."""
    accounts = statement_of(customer, since=ask.since, on=ask.on, user=ask.user)
    owed = [money(account.closing, account.currency) for account in accounts]
    return {
        "parts": [_part(account, ask) for account in accounts],
        "customer_name": customer.name,
        "amount_text": " + ".join(str(amount) for amount in owed[:1]),
    }


def _part(account: Account, ask: Ask) -> dict[str, Any]:
    chinese = any(code != "en" for code in ask.languages)
    ages = account.ages
    return {
        "currency": account.currency,
        "opening": account.opening,
        "charged": account.charged,
        "paid": account.paid,
        "closing": account.closing,
        "lines": [_line(movement, ask) for movement in account.movements],
        "in_words": capital_words(account.closing, account.currency, ask.script) if chinese else "",
        "ages": [
            (in_languages(_("Not due"), ask.languages) if label == NOT_DUE else label, amount)
            for label, amount in (ages.cells.items() if ages else ())
        ],
        "outstanding": ages.outstanding if ages else 0,
        "unallocated": ages.unallocated if ages else 0,
    }


NOUNS = {
    Receipt: _("Receipt"),
    CreditNote: _("Credit note"),
    Refund: _("Refund"),
}


def _line(movement: Movement, ask: Ask) -> dict[str, Any]:
    document = movement.document
    if isinstance(document, Receivable):
        words, due = _("Receivable"), document.due_date
    else:
        if isinstance(document, Adjustment):  # what we think of a debt is no word for the debtor
            words = LineKind.ADJUSTMENT.label
        else:
            words = _("Reversal") if document.reversal_of_id else NOUNS[type(document)]
        due = None
    return {
        "date": movement.date,
        "words": in_languages(words, ask.languages),
        "number": document.number,
        "due": due,
        "charged": movement.charged,
        "paid": movement.paid,
        "balance": movement.balance,
    }


KIND_WORDS = {
    LineKind.RECEIVABLE: _("Receivable"),
    LineKind.RECEIPT: _("Receipt"),
    LineKind.CREDIT: _("Credit note"),
    LineKind.REVERSAL: _("Reversal"),
    LineKind.REFUND: _("Refund"),
    LineKind.ADJUSTMENT: LineKind.ADJUSTMENT.label,
}


def sent_statement(sent: Statement, ask: Ask) -> dict[str, Any]:
    """The statement as it was sent, whatever was posted afterwards."""
    chinese = any(code != "en" for code in ask.languages)
    lines = [
        {
            "date": line.date,
            "words": in_languages(KIND_WORDS[LineKind(line.kind)], ask.languages),
            "number": line.number,
            "due": line.due_date,
            "charged": line.charged,
            "paid": line.paid,
            "balance": line.balance,
        }
        for line in sent.lines.all()
    ]
    part = {
        "currency": sent.currency_id,
        "opening": sent.opening,
        "charged": sent.charged,
        "paid": sent.paid,
        "closing": sent.closing,
        "lines": lines,
        "in_words": capital_words(sent.closing, sent.currency_id, ask.script) if chinese else "",
        "ages": [
            (in_languages(_("Not due"), ask.languages) if label == NOT_DUE else label, Decimal(amount))
            for label, amount in sent.ages
        ],
        "outstanding": sent.outstanding,
        "unallocated": sent.unallocated,
    }
    return {
        "object": sent.customer,
        "ask": replace(ask, since=sent.since, on=sent.until),
        "parts": [part],
        "customer_name": sent.customer.name,
        "amount_text": str(money(sent.closing, sent.currency_id)),
    }


def register() -> None:
    """Called when the app is ready."""
    register_print(
        PrintTemplate(
            "receivables.sent_statement",
            Statement,
            _("Statement of account"),
            "print/statement.html",
            sent_statement,
            labels=LABELS,
            abroad=lambda sent: is_abroad(sent.customer),
            number=lambda sent: sent.number,
        )
    )
    register_print(
        PrintTemplate(
            "receivables.statement",
            Customer,
            _("Statement of account"),
            "print/statement.html",
            statement,
            labels=LABELS,
            abroad=is_abroad,
            allowed=lambda user, customer: can(user, "view", Receivable),
            number=lambda customer: customer.code,
            dated=True,
        )
    )
