"""Steps of the ledger on the page of duties and authority (ORG-04)."""

from django.utils.translation import gettext_lazy as _

from receivables.credit import KEY as RELEASE
from receivables.services.entries import KEY as ENTRY
from salesops.approvals.process import ProcessStep, register_steps


def register() -> None:
    limit = ("receivables.second_person_amount",)
    register_steps(
        release=ProcessStep(
            _("Release an order beyond the credit"), "orders.Order", "submit", 23, kinds=(RELEASE,)
        ),
        receipt=ProcessStep(
            _("Record a receipt"), "receivables.Receipt", "add", 30, clauses=limit, kinds=(ENTRY,)
        ),
        allocate=ProcessStep(_("Allocate a receipt"), "receivables.Receipt", "allocate", 31),
        reverse=ProcessStep(_("Reverse a receipt"), "receivables.Receipt", "reverse", 32),
        credit_note=ProcessStep(_("Write a credit note"), "receivables.CreditNote", "add", 33),
        dispute=ProcessStep(_("Record a dispute"), "receivables.Receivable", "dispute", 34),
        close=ProcessStep(_("Close a month of the ledger"), "receivables.PeriodLock", "close", 35),
    )
