"""Taking an imported document back out of the ledger, for undoing an import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from receivables.models import CreditNote, LedgerRemoval, Receipt, Receivable
from receivables.services.posting import ledger_rules
from salesops.audit.services import record
from salesops.core.errors import InvalidInput

KINDS = {Receivable: "receivable", Receipt: "receipt", CreditNote: "credit_note"}


@transaction.atomic
def remove_imported(
    *, actor: Any, document: Receivable | Receipt | CreditNote, reason: str, at: datetime
) -> LedgerRemoval:
    """Remove one imported document that nothing depends on; a receipt's imported allocations go with it.

    The removal row keeps what the document said. Remove receipts and credit notes before receivables.
    Raises ``Conflict`` when it was not imported or something stands on it, ``MonthClosed``.
    """
    kind = KINDS.get(type(document))
    if kind is None:
        raise InvalidInput(_("Only documents of the ledger can be removed here."))
    with ledger_rules():
        row = LedgerRemoval.objects.create(
            kind=kind,
            object_id=document.pk,
            number=document.number,
            reason=reason[:300],
            removed_at=at,
            removed_by=actor,
            snapshot=model_to_dict(document)
            | {"amount": document.amount, "currency": document.currency_id, "customer": document.customer_id},
        )
    record(
        "receivables.document_removed",
        row,
        document.customer,
        actor=actor,
        at=at,
        comment=reason,
        data={"number": document.number, "amount": document.amount, "currency": document.currency_id},
    )
    return row
