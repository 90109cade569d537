"""Tax invoices: requested with a complete title, approved by finance, issued under their number, taken back in red."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.choices import PlanTrigger
from contracts.models import Contract
from customers.identifiers import is_taiwan_number, normalise
from customers.models import Customer, TaxProfile
from receivables.choices.tax_invoices import TaxInvoiceKind, TaxInvoiceState
from receivables.models import Receivable, TaxInvoice, TaxInvoiceLine
from receivables.selectors.tax_periods import period_of
from receivables.services.contract_plans import Fact, post_plan
from receivables.services.posting import (
    base_of,
    holder_on,
    ledger_rules,
    require_right,
    require_visible,
    team_of,
)
from salesops.approvals.formats import base_money
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step
from salesops.approvals.services import end_requests, start
from salesops.audit.services import record
from salesops.catalog.models import Currency
from salesops.core.errors import Conflict, Duplicate, InvalidInput
from salesops.core.inputs import exact_amount, said
from salesops.core.locking import lock_row
from salesops.core.money import ZERO, places_of, round_money
from salesops.numbering.services import next_free_number, unless_taken

KEY = "receivables.tax_invoice"
NUMBER_CLASS = "FP"
TAIWAN = (TaxInvoiceKind.TW_THREE, TaxInvoiceKind.TW_TWO)


@dataclass(frozen=True)
class InvoiceLine:
    """One line by its gross amount; ``rate`` is a fraction."""

    text: str
    gross: Decimal
    rate: Decimal
    receivable: Receivable | None = None


@dataclass(frozen=True)
class NewTaxInvoice:
    customer: Customer
    kind: str
    currency: Currency
    lines: Sequence[InvoiceLine]
    tax_profile: TaxProfile | None = None
    contract: Contract | None = None


@transaction.atomic
def request_invoice(*, actor: Any, invoice: NewTaxInvoice, at: datetime) -> TaxInvoice:
    """Write a tax invoice down and ask finance. Never more than its items and contract come to, less red letters.

    Raises ``InvalidInput`` (incomplete title, lines), ``Conflict`` (more than is left), ``NotAllowed``.
    """
    require_right(actor, "add", TaxInvoice)
    require_visible(actor, invoice.customer, field="customer")
    profile = _title(invoice, on=timezone.localdate(at))
    for line in invoice.lines:
        if line.receivable is not None:
            require_visible(actor, line.receivable, field="receivable")
            if line.receivable.customer_id != invoice.customer.pk:
                raise InvalidInput(_("This belongs to another customer."), field="receivable")
    if invoice.contract is not None and invoice.contract.customer_id != invoice.customer.pk:
        raise InvalidInput(_("This belongs to another customer."), field="contract")
    row = TaxInvoice(
        customer=invoice.customer,
        kind=invoice.kind,
        tax_profile=profile,
        title=profile.title if profile else invoice.customer.name,
        tax_number=profile.tax_number if profile else "",
        contract=invoice.contract,
        currency=invoice.currency,
    )
    return _write(row, list(invoice.lines), actor=actor, at=at)


@transaction.atomic
def request_red_letter(
    *, actor: Any, invoice: TaxInvoice, reason: str, amount: Decimal | None = None, at: datetime
) -> TaxInvoice:
    """Ask to take an issued invoice back, whole or a part of it (gross); in Taiwan an allowance note (折讓證明單)."""
    require_right(actor, "red", invoice)
    original = lock_row(TaxInvoice.objects.all(), invoice.pk)
    if original.state != TaxInvoiceState.ISSUED or original.red_of_id:
        raise Conflict(
            _("Only an issued invoice is taken back by a red letter."),
            way_out=_("Void it while it is not issued."),
        )
    left = left_of(original)
    wanted = left if amount is None else exact_amount(amount, currency=original.currency)
    if not 0 < wanted <= left:
        raise Conflict(
            _("Of %(number)s %(left)s is left to take back.") % {"number": original, "left": left},
            way_out=_("Enter at most what is left."),
            left=left,
        )
    lines, rest = [], wanted
    for line in original.lines.select_related("receivable"):
        part = min(line.net + line.tax, rest)
        if part > 0:
            lines.append(InvoiceLine(line.text, -part, line.rate, line.receivable))
            rest -= part
    row = TaxInvoice(
        customer=original.customer,
        kind=original.kind,
        tax_profile=original.tax_profile,
        title=original.title,
        tax_number=original.tax_number,
        contract=original.contract,
        currency=original.currency,
        red_of=original,
        reason=said(reason, _("Say why.")),
    )
    return _write(row, lines, actor=actor, at=at)


def left_of(invoice: TaxInvoice) -> Decimal:
    """What of an invoice no red letter or allowance takes back, those that wait counted."""
    reds = invoice.red_letters.exclude(state__in=(TaxInvoiceState.VOID, TaxInvoiceState.REJECTED))
    return invoice.amount + sum((red.amount for red in reds), ZERO)


@transaction.atomic
def issue_invoice(
    *, actor: Any, invoice: TaxInvoice, fapiao_no: str, code: str = "", issued_date: date, at: datetime
) -> TaxInvoice:
    """Note the number under which it was issued. Raises ``InvalidInput``, ``Duplicate``, ``Conflict``."""
    row = _in(invoice, (TaxInvoiceState.APPROVED,), actor=actor, verb="issue")
    number, code = normalise(fapiao_no).replace(" ", "").upper(), normalise(code).replace(" ", "")
    require_number(row.kind, code, number, allowance=bool(row.red_of_id))
    if issued_date > timezone.localdate(at) or issued_date < row.requested_date:
        raise InvalidInput(_("It is issued after the request and not in the future."), field="issued_date")
    row.fapiao_no, row.code, row.issued_date = number, code, issued_date
    taken = Duplicate(_("Invoice %(number)s is recorded already.") % {"number": number}, field="fapiao_no")
    if TaxInvoice.objects.filter(code=code, fapiao_no=number).exists():
        raise taken
    with unless_taken(TaxInvoice, lambda: taken):
        _move(row, TaxInvoiceState.ISSUED, "tax_invoice_issued", actor=actor, at=at, fapiao=number)
    if row.contract is not None and row.red_of_id is None:
        fact = Fact(PlanTrigger.INVOICE, f"invoice:{row.pk}", timezone.localdate(at))
        post_plan(row.contract, fact, at=at)
    return row


@transaction.atomic
def hand_over_invoice(
    *, actor: Any, invoice: TaxInvoice, delivered_date: date, delivered_by: str, at: datetime
) -> TaxInvoice:
    """Note when and how the customer got it."""
    row = _in(invoice, (TaxInvoiceState.ISSUED,), actor=actor, verb="deliver")
    if delivered_date > timezone.localdate(at) or (row.issued_date and delivered_date < row.issued_date):
        raise InvalidInput(
            _("It is handed over after its issue and not in the future."), field="delivered_date"
        )
    row.delivered_date, row.delivered_by = (
        delivered_date,
        said(delivered_by, _("Say how."), field="delivered_by"),
    )
    _move(row, TaxInvoiceState.ISSUED, "tax_invoice_delivered", actor=actor, at=at)
    return row


@transaction.atomic
def void_issued(*, actor: Any, invoice: TaxInvoice, reason: str, at: datetime) -> TaxInvoice:
    """Void an issued invoice of Taiwan (作廢) within its two-month period; afterwards there is an allowance (折讓) only.

    What it held of items and contract is free again; its number stays used. Raises ``Conflict``, ``NotAllowed``.
    """
    row = _in(invoice, (TaxInvoiceState.ISSUED,), actor=actor, verb="annul")
    today = timezone.localdate(at)
    if row.kind not in TAIWAN or row.red_of_id or row.issued_date is None:
        raise Conflict(
            _("An issued invoice of this kind is not voided."), way_out=_("Take it back by a red letter.")
        )
    last = period_of(row.issued_date)[1]
    if today > last:
        raise Conflict(
            _("The period of %(number)s ended on %(date)s; it is declared.") % {"number": row, "date": last},
            way_out=_("Ask for an allowance over what is to be taken back."),
        )
    if row.red_letters.exclude(state__in=("void", "rejected")).exists():
        raise Conflict(
            _("There is an allowance for %(number)s.") % {"number": row},
            way_out=_("Drop the allowance first."),
        )
    row.reason = said(reason, _("Say why."))
    row.voided_date = today
    _move(row, TaxInvoiceState.VOID, "tax_invoice_annulled", actor=actor, at=at, comment=row.reason)
    return row


@transaction.atomic
def void_invoice(*, actor: Any, invoice: TaxInvoice, reason: str, at: datetime) -> TaxInvoice:
    """Drop a request before it is issued; what it held of items and contract is free again."""
    row = _in(invoice, (TaxInvoiceState.REQUESTED, TaxInvoiceState.APPROVED), actor=actor, verb="void")
    row.reason = said(reason, _("Say why."))
    _move(row, TaxInvoiceState.VOID, "tax_invoice_voided", actor=actor, at=at, comment=row.reason)
    end_requests(row, why=row.reason, actor=actor, at=at)
    return row


def require_number(kind: str, code: str, number: str, *, allowance: bool = False) -> None:
    """20 digits; on older paper a code of 10 or 12 digits and 8 digits; in Taiwan 2 letters and 8 digits.

    A certificate of allowance of Taiwan is numbered by the house.
    """
    if kind in TAIWAN and allowance:
        good, way = (
            not code and re.fullmatch(r"[A-Z0-9-]{1,20}", number),
            _("Letters, digits and dashes, twenty at most, no code."),
        )
    elif kind in TAIWAN:
        good, way = (
            not code and re.fullmatch(r"[A-Z]{2}\d{8}", number),
            _("Two letters and eight digits, no code."),
        )
    else:
        paper = re.fullmatch(r"\d{10}|\d{12}", code) and re.fullmatch(r"\d{8}", number)
        good = paper or (not code and re.fullmatch(r"\d{20}", number))
        way = _("Twenty digits; of a paper invoice its code of 10 or 12 digits and eight digits.")
    if not good:
        raise InvalidInput(_("This is no invoice number of this kind."), field="fapiao_no", way_out=way)


def _title(invoice: NewTaxInvoice, *, on: date) -> TaxProfile | None:
    """In whose name, complete for the kind. Raises ``InvalidInput`` naming what is missing."""
    usable = TaxProfile.objects.filter(customer=invoice.customer).usable(on)
    profile = invoice.tax_profile or usable.filter(is_default=True).first()
    if invoice.tax_profile is not None and not usable.filter(pk=invoice.tax_profile.pk).exists():
        raise InvalidInput(
            _("Choose a title of this customer that a second person accepted."), field="tax_profile"
        )
    if invoice.kind in (TaxInvoiceKind.TW_TWO, TaxInvoiceKind.EXPORT):
        return profile if invoice.kind == TaxInvoiceKind.EXPORT else None
    needed = {"tax_number": _("tax number")}
    if invoice.kind == TaxInvoiceKind.SPECIAL:
        needed |= {
            "address": _("registered address"),
            "phone": _("phone"),
            "bank_name": _("bank"),
            "bank_account": _("bank account"),
        }
    elif invoice.kind == TaxInvoiceKind.ORDINARY:
        needed = {}
    missing = [word for name, word in needed.items() if not getattr(profile, name, "")]
    if profile is not None and invoice.kind == TaxInvoiceKind.TW_THREE and not missing:
        missing = [] if is_taiwan_number(profile.tax_number) else [needed["tax_number"]]
    if missing:
        raise InvalidInput(
            _("The title lacks for this kind: %(missing)s.") % {"missing": ", ".join(missing)},
            field="tax_profile",
            way_out=_("Complete the invoice title of the customer; a second person accepts it."),
        )
    return profile


def _write(row: TaxInvoice, lines: list[InvoiceLine], *, actor: Any, at: datetime) -> TaxInvoice:
    if not lines:
        raise InvalidInput(_("An invoice has at least one line."))
    places, today = places_of(row.currency_id), timezone.localdate(at)
    parts = []
    for position, line in enumerate(lines, 1):
        gross = line.gross if row.red_of_id else exact_amount(line.gross, currency=row.currency)
        net = round_money(gross / (1 + line.rate), places)
        parts.append(
            TaxInvoiceLine(
                position=position, text=line.text.strip(), receivable=line.receivable, net=net, rate=line.rate,
                tax=gross - net,
            )
        )  # fmt: skip
    row.net, row.tax = sum((p.net for p in parts), ZERO), sum((p.tax for p in parts), ZERO)
    row.amount = row.net + row.tax
    row.base_rate, row.base_amount = base_of(row.amount, row.currency_id, on=today)
    row.requested_date, row.owner = today, holder_on(row.customer, today)
    row.team, row.created_by = team_of(row.owner, today, row.customer), actor
    row.number = next_free_number(NUMBER_CLASS, TaxInvoice, on=today)
    with ledger_rules():
        row.save(force_insert=True)
        for part in parts:
            part.invoice = row
        TaxInvoiceLine.objects.bulk_create(parts)
    _tell("tax_invoice_requested", row, actor=actor, at=at, comment=row.reason)
    start(actor=actor, at=at, obj=row, document_type=KEY, reason=row.reason)
    return row


def _in(invoice: TaxInvoice, states: tuple[str, ...], *, actor: Any, verb: str) -> TaxInvoice:
    row = lock_row(TaxInvoice.objects.all(), invoice.pk)
    require_right(actor, verb, row)
    if row.state not in states:
        raise Conflict(
            _("%(number)s is “%(state)s”.") % {"number": row, "state": row.get_state_display()},
            way_out=_("Look at its page for what can be done now."),
        )
    return row


def _move(
    row: TaxInvoice, state: str, verb: str, *, actor: Any, at: datetime, comment: str = "", **more: Any
) -> None:
    row.state = state
    row.version += 1
    row.save()
    _tell(verb, row, actor=actor, at=at, comment=comment, **more)


def _tell(verb: str, row: TaxInvoice, *, actor: Any, at: datetime, comment: str = "", **more: Any) -> None:
    data = {"number": row.number, "amount": row.amount, "currency": row.currency_id, **more}
    record(
        f"receivables.{verb}", row, row.customer, row.contract, actor=actor, at=at, comment=comment, data=data
    )


def facts(row: TaxInvoice, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "customer": str(row.customer),
        "amount": abs(row.base_amount),
        "total": f"{row.amount} {row.currency_id}",
        "kind": row.kind,
        "title": row.title,
        "tax_number": row.tax_number,
        "red_of": str(row.red_of or ""),
    }


LABELS = {
    "customer": gettext_lazy("customer"),
    "amount": gettext_lazy("amount in base currency"),
    "total": gettext_lazy("amount"),
    "kind": gettext_lazy("kind"),
    "title": gettext_lazy("name of the buyer"),
    "tax_number": gettext_lazy("tax number"),
    "red_of": gettext_lazy("takes back"),
}


def accepted(row: TaxInvoice, *, request: Any, actor: Any, at: datetime) -> None:
    row.accepted_by = actor
    _move(row, TaxInvoiceState.APPROVED, "tax_invoice_approved", actor=actor, at=at)


def turned_down(row: TaxInvoice, *, request: Any, actor: Any, at: datetime) -> None:
    if row.state == TaxInvoiceState.REQUESTED:
        _move(row, TaxInvoiceState.REJECTED, "tax_invoice_rejected", actor=actor, at=at)


def register_kind() -> None:
    from salesops.approvals.formats import choice

    register(
        DocumentType(
            KEY,
            "receivables.TaxInvoice",
            gettext_lazy("Tax invoice"),
            facts=facts,
            labels=LABELS,
            formats={"amount": base_money, "kind": choice(TaxInvoiceKind.choices)},
            brief=("customer", "total", "kind"),
            may_request="void",
            customer=lambda row: row.customer_id,
            own_people=lambda row: (row.created_by_id,),
            applicant=lambda row: row.created_by,
            team=lambda row: row.team,
            on_approved=accepted,
            on_rejected=turned_down,
            on_ended=turned_down,
            not_ready=lambda row: (
                "" if row.state == TaxInvoiceState.REQUESTED else _("It does not wait any more.")
            ),
            flow=(route("Every tax invoice", [], [step("Finance", role("finance", scope="company"))]),),
        )
    )
