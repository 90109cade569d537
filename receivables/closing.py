"""What finance still has to do of a month before it is closed; shown on the page of the months, asked when closing."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from receivables.choices import EntryState, ProvisionState
from receivables.models import (
    CreditNote,
    Dispute,
    HeldPaper,
    PostingEntry,
    ProvisionRun,
    Receipt,
    ReceiptEntry,
    Receivable,
    Refund,
    Statement,
)
from receivables.services.book_watch import last_look
from receivables.services.periods import MonthQuestion, month_questions
from salesops.core.periods import Period
from salesops.handbook.selectors import rule

# What is only told: a month may be closed with it.
TOLD = ("unallocated", "disputes", "statements", "provision")


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
    return Refund.objects.to_pay().filter(date__lte=period.end).count()


def disputes_open(period: Period) -> int:
    """Disputes that began by the end of the month and have no end."""
    return Dispute.objects.filter(opened_date__lte=period.end, resolved_date__isnull=True).count()


def not_stated(period: Period) -> int:
    """Customers that owed us something at the end of the month and got no statement up to the handbook's day of it (R-65)."""
    since = period.start.replace(day=rule("receivables.statement_month_day", on=period.end))
    told = Statement.objects.filter(until__gte=since).values("customer")
    open_then = Receivable.objects.open().filter(issue_date__lte=period.end).exclude(customer__in=told)
    return open_then.order_by().values("customer").distinct().count()


def without_provision(period: Period) -> int:
    """1 until a provision of the month is posted."""
    posted = ProvisionRun.objects.filter(month=period.start, state=ProvisionState.POSTED)
    return 0 if posted.exists() else 1


def broken_rules(period: Period) -> int:
    """Rules of the books that were broken at the last look."""
    return last_look()[1]


def place(name: str, **query: str) -> Callable[[Period], str]:
    """A list narrowed to what counts: ``{start}`` and ``{end}`` in a value are the month's days."""

    def at(period: Period) -> str:
        values = {key: value.format(start=period.start, end=period.end) for key, value in query.items()}
        address = reverse(f"receivables:{name}")
        return f"{address}?{urlencode(values)}" if values else address

    return at


def register() -> None:
    """Called when the app is ready."""
    waiting = {"state": EntryState.ENTERED.value}
    for order, key, label, count, where in (
        (
            30,
            "receipts_waiting",
            _("Receipts that wait for a second person"),
            receipts_waiting,
            place("receiptentry_list", **waiting, received_date_min="{start}", received_date_max="{end}"),
        ),
        (
            31,
            "postings_waiting",
            _("Credit notes, refunds and write-offs that wait for a second person"),
            postings_waiting,
            place("postingentry_list", **waiting, date_min="{start}", date_max="{end}"),
        ),
        (
            40,
            "papers_due",
            _("Drafts and cheques that are due and still held"),
            papers_due,
            place("heldpaper_list", state="held", due_date_max="{end}"),
        ),
        (
            41,
            "refunds_unpaid",
            _("Refunds that are not paid yet"),
            refunds_unpaid,
            place("refund_list", payment="to_pay"),
        ),
        (
            45,
            "unallocated",
            _("Receipts and credit notes of which something is not allocated"),
            unallocated,
            place("unallocated"),
        ),
        (60, "disputes", _("Disputes without an end"), disputes_open, place("dispute_list")),
        (
            70,
            "statements",
            _("Customers who owe us something and got no statement"),
            not_stated,
            place("statement_bulk"),
        ),
        (
            80,
            "provision",
            _("Provision that is not posted"),
            without_provision,
            place("provisionrun_list"),
        ),
        (85, "rules", _("Rules of the books that are broken"), broken_rules, place("check")),
    ):
        question = MonthQuestion(label, count, stops=key not in TOLD, place=where, order=order)
        month_questions.register(f"receivables.{key}", question)
