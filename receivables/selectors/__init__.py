"""Reads across the ledger; nothing here writes."""

from receivables.selectors.ageing import AgeingQuery, AgeingReport, AgeingRow, ageing_report, bucket_labels
from receivables.selectors.ageing_rows import ageing_documents, ageing_items
from receivables.selectors.disputes import disputed_on, disputed_then
from receivables.selectors.due_words import due_words
from receivables.selectors.figures import (
    LedgerFigures,
    collected_between,
    ledger_figures,
    open_items_of,
)
from receivables.selectors.held import covered_until, held_papers

__all__ = [
    "AgeingQuery",
    "AgeingReport",
    "AgeingRow",
    "LedgerFigures",
    "ageing_documents",
    "ageing_items",
    "ageing_report",
    "bucket_labels",
    "collected_between",
    "covered_until",
    "disputed_on",
    "disputed_then",
    "due_words",
    "held_papers",
    "ledger_figures",
    "open_items_of",
]
