"""Sentences of the timeline, and what the row history of the ledger leaves out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.models import (
    Adjustment,
    BankLine,
    CreditNote,
    LedgerRemoval,
    Receipt,
    Receivable,
    Refund,
    Reminder,
    RetentionRelease,
    SettlementLine,
    StatementLine,
)
from salesops.audit import tracking, verbs

SENTENCES = {
    "receivables.balance_agreed": _(
        "%(person)s (%(recipient)s) confirmed the balance of %(amount)s as of %(balance_date)s"
    ),
    "receivables.balance_differs": _(
        "%(person)s (%(recipient)s) does not agree with the balance of %(amount)s as of %(balance_date)s"
    ),
    "receivables.statement_sent": _(
        "%(actor)s sent statement %(number)s over %(amount)s as of %(balance_date)s to %(recipient)s"
    ),
    "receivables.statement_reminded": _("Statement %(number)s was sent again to %(recipient)s"),
    "receivables.difference_settled": _("%(actor)s settled the difference about %(number)s"),
    "receivables.receivable_posted": _(
        "%(actor)s posted receivable %(number)s over %(amount)s %(currency)s, due on %(due)s"
    ),
    "receivables.retention_held_back": _(
        "%(actor)s noted that %(amount)s %(currency)s of %(item)s are held back until %(until)s (%(number)s)"
    ),
    "receivables.retention_released": _(
        "Retention %(number)s over %(amount)s %(currency)s was released; it is due on %(due)s"
    ),
    "receivables.release_entered": _(
        "%(actor)s asked to release retention of %(amount)s %(currency)s, which others have to accept"
    ),
    "receivables.release_corrected": _(
        "%(actor)s corrected the returned release of %(amount)s %(currency)s and handed it in again"
    ),
    "receivables.release_accepted": _("%(actor)s accepted the release of retention %(number)s"),
    "receivables.release_turned_down": _("The release of %(amount)s %(currency)s was not accepted"),
    "receivables.held_back_posted": _(
        "%(amount)s %(currency)s of %(item)s became retention; that adjusts the item as %(number)s"
    ),
    "receivables.receipt_recorded": _(
        "%(actor)s recorded receipt %(number)s over %(amount)s %(currency)s, received on %(date)s"
    ),
    "receivables.receipt_taken_over": _(
        "%(actor)s took receipt %(number)s over %(amount)s %(currency)s of %(date)s from the file %(file)s, "
        "above the limit and without a second person"
    ),
    "receivables.receipt_corrected": _(
        "%(actor)s corrected the returned receipt of %(amount)s %(currency)s and handed it in again"
    ),
    "receivables.receipt_entered": _(
        "%(actor)s entered a receipt over %(amount)s %(currency)s that a second person has to accept"
    ),
    "receivables.receipt_accepted": _("%(actor)s accepted the receipt; it is posted as %(number)s"),
    "receivables.receipt_turned_down": _("The receipt over %(amount)s %(currency)s was not accepted"),
    "receivables.credit_note_entered": _(
        "%(actor)s entered a credit note over %(amount)s %(currency)s that a second person has to accept"
    ),
    "receivables.credit_note_corrected": _(
        "%(actor)s corrected the returned credit note over %(amount)s %(currency)s and handed it in again"
    ),
    "receivables.credit_note_accepted": _("%(actor)s accepted the credit note; it is posted as %(number)s"),
    "receivables.credit_note_turned_down": _("The credit note over %(amount)s %(currency)s was not accepted"),
    "receivables.credit_note_taken_over": _(
        "%(actor)s took credit note %(number)s over %(amount)s %(currency)s of %(date)s from the file %(file)s, "
        "without the second person whom the handbook wants for credit of that size"
    ),
    "receivables.refund_entered": _(
        "%(actor)s asked for a refund of %(amount)s %(currency)s that others have to accept"
    ),
    "receivables.refund_corrected": _(
        "%(actor)s corrected the returned refund of %(amount)s %(currency)s and handed it in again"
    ),
    "receivables.refund_accepted": _("%(actor)s accepted the refund; it is posted as %(number)s"),
    "receivables.refund_turned_down": _("The refund of %(amount)s %(currency)s was not accepted"),
    "receivables.write_off_entered": _(
        "%(actor)s asked for a write-off of %(amount)s %(currency)s that others have to accept"
    ),
    "receivables.write_off_corrected": _(
        "%(actor)s corrected the returned write-off of %(amount)s %(currency)s and handed it in again"
    ),
    "receivables.write_off_accepted": _("%(actor)s accepted the write-off; it is posted as %(number)s"),
    "receivables.write_off_turned_down": _("The write-off of %(amount)s %(currency)s was not accepted"),
    "receivables.small_difference_posted": _(
        "The rest of %(item)s, %(amount)s %(currency)s, was given up as a small difference by %(actor)s (%(number)s)"
    ),
    "receivables.write_off_posted": _("%(amount)s %(currency)s of %(item)s were written off as %(number)s"),
    "receivables.recovery_posted": _(
        "%(amount)s %(currency)s of %(item)s that had been written off were recovered (%(number)s)"
    ),
    "receivables.refund_posted": _("Refund %(number)s over %(amount)s %(currency)s was posted"),
    "receivables.refund_paid": _(
        "%(actor)s recorded that the bank paid refund %(number)s over %(amount)s %(currency)s on %(date)s"
    ),
    "receivables.refund_reversed": _(
        "%(actor)s reversed refund %(number)s over %(amount)s %(currency)s by %(mirror)s"
    ),
    "receivables.receipt_allocated": _("%(actor)s allocated %(amount)s %(currency)s of receipt %(number)s"),
    "receivables.credit_allocated": _(
        "%(actor)s allocated %(amount)s %(currency)s of credit note %(number)s"
    ),
    "receivables.settlement_reversed": _(
        "%(actor)s took back %(amount)s %(currency)s that %(number)s had settled of %(item)s"
    ),
    "receivables.receipt_reversed": _(
        "%(actor)s reversed receipt %(number)s over %(amount)s %(currency)s by %(mirror)s"
    ),
    "receivables.credit_reversed": _(
        "%(actor)s reversed credit note %(number)s over %(amount)s %(currency)s by %(mirror)s"
    ),
    "receivables.credit_note_posted": _(
        "%(actor)s posted credit note %(number)s over %(amount)s %(currency)s: %(reason)s"
    ),
    "receivables.tax_invoice_requested": _(
        "%(actor)s requested tax invoice %(number)s over %(amount)s %(currency)s"
    ),
    "receivables.tax_invoice_approved": _("%(actor)s approved tax invoice %(number)s"),
    "receivables.tax_invoice_rejected": _("Tax invoice %(number)s was turned down"),
    "receivables.tax_invoice_issued": _("%(actor)s issued tax invoice %(number)s as %(fapiao)s"),
    "receivables.tax_invoice_delivered": _("%(actor)s handed tax invoice %(number)s over"),
    "receivables.tax_invoice_annulled": _("%(actor)s voided the issued tax invoice %(number)s"),
    "receivables.tax_invoice_voided": _("%(actor)s dropped tax invoice %(number)s"),
    "receivables.dispute_opened": _("%(actor)s marked %(number)s as disputed"),
    "receivables.dispute_followed": _(
        "%(actor)s wrote down the next step of the dispute about %(number)s: %(next_step)s"
    ),
    "receivables.dispute_resolved": _("%(actor)s settled the dispute about %(number)s"),
    "receivables.account_opened": _("%(actor)s opened the bank account %(name)s (%(number)s)"),
    "receivables.account_changed": _("%(actor)s changed the bank account %(name)s (%(number)s)"),
    "receivables.statement_imported": _(
        "%(actor)s brought in %(lines)s lines of the bank from %(first)s to %(last)s (%(file)s)"
    ),
    "receivables.bankline_booked": _(
        "%(actor)s booked the bank line of %(amount)s %(currency)s as %(number)s"
    ),
    "receivables.bankline_entered": _(
        "%(actor)s confirmed the bank line of %(amount)s %(currency)s; a second person has to accept it"
    ),
    "receivables.bankline_rejected": _(
        "%(actor)s refused a proposal for the bank line of %(amount)s %(currency)s"
    ),
    "receivables.bankline_set_aside": _("%(actor)s set the bank line of %(amount)s %(currency)s aside"),
    "receivables.bankline_reopened": _("%(actor)s opened the bank line of %(amount)s %(currency)s again"),
    "receivables.bankline_claimed": _(
        "%(actor)s claims the bank line of %(amount)s %(currency)s of %(date)s: %(purpose)s"
    ),
    "receivables.bankclaim_confirmed": _("%(actor)s confirmed the claim to %(amount)s %(currency)s"),
    "receivables.bankclaim_refused": _("%(actor)s refused the claim to %(amount)s %(currency)s: %(why)s"),
    "receivables.bankclaim_withdrawn": _("%(actor)s withdrew the claim to %(amount)s %(currency)s"),
    "receivables.bankline_reversed": _(
        "The receipt was reversed; the bank line of %(amount)s %(currency)s is open again"
    ),
    "receivables.bankline_turned_down": _(
        "The receipt was not accepted; the bank line of %(amount)s %(currency)s is open again"
    ),
    "receivables.month_closed": _("%(actor)s closed the ledger for %(month)s"),
    "receivables.document_removed": _(
        "%(actor)s took the imported document %(number)s over %(amount)s %(currency)s back"
    ),
    "receivables.assessment_opened": _("%(actor)s opened a credit assessment of %(customer)s"),
    "receivables.assessment_changed": _(
        "%(actor)s scored the credit assessment of %(customer)s: %(rating)s, limit %(limit)s %(currency)s"
    ),
    "receivables.assessment_submitted": _(
        "%(actor)s handed in the credit assessment of %(customer)s: %(rating)s, limit %(limit)s %(currency)s"
    ),
    "receivables.assessment_approved": _(
        "%(actor)s approved the credit assessment of %(customer)s: %(rating)s, limit %(limit)s %(currency)s"
    ),
    "receivables.assessment_rejected": _("%(actor)s rejected the credit assessment of %(customer)s"),
    "receivables.risk_answered": _("%(actor)s said what is done about the risk of %(customer)s"),
    "receivables.provision_computed": _("%(actor)s computed the provision of %(month)s: %(total)s"),
    "receivables.provision_rated": _(
        "%(actor)s gave %(number)s a rate of its own in the provision of %(month)s"
    ),
    "receivables.provision_submitted": _("%(actor)s handed in the provision of %(month)s: %(total)s"),
    "receivables.provision_posted": _("%(actor)s approved the provision of %(month)s: %(total)s"),
    "receivables.provision_rejected": _("%(actor)s rejected the provision of %(month)s"),
    "receivables.hold_placed": _("%(actor)s put %(customer)s on hold"),
    "receivables.hold_lifted": _("%(actor)s lifted the hold on %(customer)s"),
    "receivables.books_checked": _("%(actor)s checked the books: %(violations)s violations"),
    "receivables.ageing_exported": _("%(actor)s exported the ageing report as of %(as_of)s"),
    "receivables.report_exported": _("%(actor)s exported the report “%(report)s” of %(as_of)s"),
}


def register() -> None:
    """Name the verbs; append-only tables are their own history."""
    verbs.register(SENTENCES)
    tracking.exempt(SettlementLine, "append-only: every row is its own history")
    tracking.exempt(RetentionRelease, "append-only: every row is its own history")
    tracking.exempt(StatementLine, "append-only: every row is its own history")
    tracking.exempt(Reminder, "append-only: every row is its own history")
    tracking.exempt(LedgerRemoval, "append-only: every row is its own history")
    caches = "moved by the settlement lines, which are the history"
    tracking.leave_out(
        Receivable, "settled", "settled_base", "outstanding", "outstanding_base", reason=caches
    )
    tracking.leave_out(
        BankLine,
        "proposals",
        "score",
        "payer_key",
        "payer_number",
        reason="worked out anew whenever open items change",
    )
    tracking.leave_out(Receipt, "used", "unallocated", reason=caches)
    tracking.leave_out(CreditNote, "used", "unallocated", reason=caches)
    tracking.leave_out(Receipt, "used", "used_base", "unallocated", reason=caches)
    tracking.leave_out(CreditNote, "used", "used_base", "unallocated", reason=caches)
    tracking.leave_out(Adjustment, "used", reason=caches)
    tracking.leave_out(Refund, "used", "used_base", reason=caches)
