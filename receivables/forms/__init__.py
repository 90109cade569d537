"""What is typed, by subject."""

from receivables.forms.credit import AssessmentForm, HoldForm, RiskForm, ScoreForm
from receivables.forms.given_up import (
    MendRefundForm,
    MendWriteOffForm,
    PayForm,
    RecoverForm,
    RefundForm,
    WriteOffForm,
)
from receivables.forms.ledger import (
    PREFIX,
    AgeingForm,
    AllocateForm,
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
    "AssessmentForm",
    "CloseMonthForm",
    "CreditNoteForm",
    "HoldForm",
    "MendCreditNoteForm",
    "MendForm",
    "MendRefundForm",
    "MendWriteOffForm",
    "PayForm",
    "ReasonForm",
    "ReceiptForm",
    "ReceivableForm",
    "RecoverForm",
    "RefundForm",
    "ReversalForm",
    "RiskForm",
    "ScoreForm",
    "WriteOffForm",
]
