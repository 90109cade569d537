"""What may happen to the ledger; one verb per function, each one transaction."""

from receivables.services.allocation import (
    Allocation,
    allocate_credit_note,
    allocate_receipt,
    propose_oldest_first,
)
from receivables.services.assessments import (
    edit_assessment,
    open_assessment,
    review_credit,
    submit_assessment,
)
from receivables.services.credit_entries import credit_or_enter, enter_credit_note, mend_credit_entry
from receivables.services.credits import NewCreditNote, create_credit_note, reverse_credit_note
from receivables.services.disputes import NewDispute, follow_dispute, open_dispute, settle_dispute
from receivables.services.entries import enter_receipt, gives_up, mend_entry, record_or_enter
from receivables.services.held import NewPaper, bounce_paper, give_paper_back, honour_paper, take_paper
from receivables.services.holds import lift_hold, place_hold
from receivables.services.items import (
    NewReceivable,
    cancel_order_receivables,
    create_from_order,
    create_receivable,
    mark_disputed,
    resolve_dispute,
)
from receivables.services.periods import close_ledger_month, left_of
from receivables.services.receipts import NewReceipt, record_receipt, reverse_receipt
from receivables.services.refunds import NewRefund, enter_refund, mend_refund, pay_refund, reverse_refund
from receivables.services.removal import remove_imported
from receivables.services.retention import (
    NewRelease,
    NewRetention,
    hold_back,
    mend_release,
    release_at_end,
    release_or_enter,
)
from receivables.services.reversal import reverse_allocation
from receivables.services.writeoffs import (
    NewWriteOff,
    enter_write_off,
    mend_write_off,
    recover,
    reverse_adjustment,
)

__all__ = [
    "Allocation",
    "NewCreditNote",
    "NewDispute",
    "NewPaper",
    "NewReceipt",
    "NewReceivable",
    "NewRefund",
    "NewRelease",
    "NewRetention",
    "NewWriteOff",
    "allocate_credit_note",
    "allocate_receipt",
    "bounce_paper",
    "cancel_order_receivables",
    "close_ledger_month",
    "create_credit_note",
    "create_from_order",
    "create_receivable",
    "credit_or_enter",
    "edit_assessment",
    "enter_credit_note",
    "enter_receipt",
    "enter_refund",
    "enter_write_off",
    "follow_dispute",
    "give_paper_back",
    "gives_up",
    "hold_back",
    "honour_paper",
    "left_of",
    "lift_hold",
    "mark_disputed",
    "mend_credit_entry",
    "mend_entry",
    "mend_refund",
    "mend_release",
    "mend_write_off",
    "open_assessment",
    "open_dispute",
    "pay_refund",
    "place_hold",
    "propose_oldest_first",
    "record_or_enter",
    "record_receipt",
    "recover",
    "release_at_end",
    "release_or_enter",
    "remove_imported",
    "resolve_dispute",
    "reverse_adjustment",
    "reverse_allocation",
    "reverse_credit_note",
    "reverse_receipt",
    "reverse_refund",
    "review_credit",
    "settle_dispute",
    "submit_assessment",
    "take_paper",
]
