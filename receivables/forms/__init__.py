"""What is typed, by subject."""

from receivables.forms.credit import AssessmentForm, HoldForm, OwnRateForm, ProvisionForm, RiskForm, ScoreForm
from receivables.forms.given_up import (
    MendRefundForm,
    MendWriteOffForm,
    PayForm,
    RecoverForm,
    RefundForm,
    WriteOffForm,
)
from receivables.forms.held import DuePapersForm, HonourForm, PaperEndForm, PaperForm
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
    "DuePapersForm",
    "HoldForm",
    "HonourForm",
    "MendCreditNoteForm",
    "MendForm",
    "MendRefundForm",
    "MendWriteOffForm",
    "OwnRateForm",
    "PaperEndForm",
    "PaperForm",
    "PayForm",
    "ProvisionForm",
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
