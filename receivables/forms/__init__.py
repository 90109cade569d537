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
from receivables.forms.postings import MendCreditNoteForm

__all__ = [
    "PREFIX",
    "AgeingForm",
    "AllocateForm",
    "BalanceForm",
    "CloseMonthForm",
    "CreditNoteForm",
    "HoldForm",
    "MendCreditNoteForm",
    "MendForm",
    "ReasonForm",
    "ReceiptForm",
    "ReceivableForm",
    "ReversalForm",
]
