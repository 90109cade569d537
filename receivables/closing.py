"""What finance still has to do of a month before it is closed; shown on the page of the months, asked when closing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.choices import EntryState
from receivables.models import CreditNote, HeldPaper, PostingEntry, Receipt, ReceiptEntry, Refund
from receivables.services.periods import MonthQuestion, month_questions
from salesops.core.periods import Period


def receipts_waiting(period: Period) -> int:
    """Receipts of the month that a second person has not accepted."""
    rows = ReceiptEntry.objects.filter(state=EntryState.ENTERED)
    return rows.filter(received_date__range=(period.start, period.end)).count()


def postings_waiting(period: Period) -> int:
    """Credit notes, refunds and write-offs of the month that wait."""
    rows = PostingEntry.objects.filter(state=EntryState.ENTERED)
    return rows.filter(date__range=(period.start, period.end)).count()


def unallocated(period: Period) -> int:
    """Receipts and credit notes of the month, or from before, of which something is left."""
    receipts = Receipt.objects.unallocated().filter(received_date__lte=period.end)
    return receipts.count() + CreditNote.objects.unallocated().filter(date__lte=period.end).count()


def papers_due(period: Period) -> int:
    """Drafts and cheques that fell due by the end of the month and of which nobody said how they ended."""
    return HeldPaper.objects.due(period.end).count()


def refunds_unpaid(period: Period) -> int:
    """Refunds accepted by the end of the month that the bank has not paid."""
    rows = Refund.objects.filter(reversal_of__isnull=True, reversed_date__isnull=True, paid_date__isnull=True)
    return rows.filter(date__lte=period.end).count()


def register() -> None:
    """Called when the app is ready."""
    for key, label, count in (
        ("receipts_waiting", _("Receipts that wait for a second person"), receipts_waiting),
        (
            "postings_waiting",
            _("Credit notes, refunds and write-offs that wait for a second person"),
            postings_waiting,
        ),
        ("unallocated", _("Receipts and credit notes of which something is not allocated"), unallocated),
        ("papers_due", _("Drafts and cheques that are due and still held"), papers_due),
        ("refunds_unpaid", _("Refunds that are not paid yet"), refunds_unpaid),
    ):
        month_questions.register(
            f"receivables.{key}", MonthQuestion(label, count, stops=key != "unallocated")
        )
