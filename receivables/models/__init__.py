"""The ledger of what customers owe: open items, money in, credit notes, and the lines that settle them."""

from receivables.models.adjustments import Adjustment, Refund
from receivables.models.assessment import CreditAssessment
from receivables.models.bank import BankAccount, BankClaim, BankLine, BankStatement
from receivables.models.collection import (
    CollectionAction,
    CollectionCase,
    CollectionStep,
    CollectionStepItem,
    Promise,
)
from receivables.models.collection_papers import (
    CollectionLetter,
    Instalment,
    InstalmentPlan,
    LegalEvent,
    LegalStage,
    PlanItem,
)
from receivables.models.credit import CreditHold
from receivables.models.disputes import Dispute
from receivables.models.entries import PostingEntry, ReceiptEntry, WaitingPosting
from receivables.models.held import HeldPaper, HeldPaperPart
from receivables.models.ladders import CollectionLevel, CollectionOverride, CollectionPolicy
from receivables.models.ledger import (
    CreditNote,
    MoneyDocument,
    Receipt,
    Receivable,
)
from receivables.models.periods import LedgerRemoval, PeriodLock
from receivables.models.provision import ProvisionLine, ProvisionRun
from receivables.models.reminders import Reminder
from receivables.models.retention import RetentionRelease
from receivables.models.returns import ReturnCredit
from receivables.models.risk import RiskWarning
from receivables.models.settlements import SettlementLine
from receivables.models.statements import Statement, StatementDifference, StatementLine
from receivables.models.tax_invoices import TaxInvoice, TaxInvoiceLine

__all__ = [
    "Adjustment",
    "BankAccount",
    "BankClaim",
    "BankLine",
    "BankStatement",
    "CollectionAction",
    "CollectionCase",
    "CollectionLetter",
    "CollectionLevel",
    "CollectionOverride",
    "CollectionPolicy",
    "CollectionStep",
    "CollectionStepItem",
    "CreditAssessment",
    "CreditHold",
    "CreditNote",
    "Dispute",
    "HeldPaper",
    "HeldPaperPart",
    "Instalment",
    "InstalmentPlan",
    "LedgerRemoval",
    "LegalEvent",
    "LegalStage",
    "MoneyDocument",
    "PeriodLock",
    "PlanItem",
    "PostingEntry",
    "Promise",
    "ProvisionLine",
    "ProvisionRun",
    "Receipt",
    "ReceiptEntry",
    "Receivable",
    "Refund",
    "Reminder",
    "RetentionRelease",
    "ReturnCredit",
    "RiskWarning",
    "SettlementLine",
    "Statement",
    "StatementDifference",
    "StatementLine",
    "TaxInvoice",
    "TaxInvoiceLine",
    "WaitingPosting",
]
