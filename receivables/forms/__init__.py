"""What is typed, by subject."""

from receivables.forms.credit import HoldForm
from receivables.forms.ledger import (
    PREFIX,
    AgeingForm,
    AllocateForm,
    BalanceForm,
    CloseMonthForm,
    CreditNoteForm,
    MendForm,
    ReasonForm,
    ReceiptForm,
    ReceivableForm,
    ReversalForm,
)

__all__ = [
    "PREFIX",
    "AgeingForm",
    "AllocateForm",
    "BalanceForm",
    "CloseMonthForm",
    "CreditNoteForm",
    "HoldForm",
    "MendForm",
    "ReasonForm",
    "ReceiptForm",
    "ReceivableForm",
    "ReversalForm",
]
