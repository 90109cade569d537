"""What a file brings, and the second person: history is posted and told, young money waits (R-13, R-15, R-30).

A document of a file is history when it is dated at least ``receivables.import_history_days`` back: it stands in the
books already, and nobody can accept it any more. Without a person who imports, the operator of the machine takes a
company over: everything is posted, and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import EntryState
from receivables.models import (
    CreditNote,
    PostingEntry,
    Receipt,
    ReceiptEntry,
    Receivable,
    WaitingPosting,
)
from receivables.services.allocation import Allocation
from receivables.services.bulk import Plan
from receivables.services.credit_entries import write_credit_entry
from receivables.services.credits import CreditWeight, NewCreditNote, counted_credits, judge_credit
from receivables.services.entries import write_entry
from receivables.services.receipts import NewReceipt, counted_with
from receivables.services.waiting import ask_for, one_at_a_time_of
from salesops.approvals.registry import Counted
from salesops.audit.services import record_many
from salesops.catalog.models import Currency
from salesops.core.errors import DomainError
from salesops.core.money import ZERO
from salesops.exchange.context import BatchContext, Document, Refused, RowError
from salesops.handbook.selectors import rule


def newest_history(ctx: BatchContext) -> date:
    """The last day whose documents are history today."""
    return ctx.today - timedelta(days=rule("receivables.import_history_days", on=ctx.today))


def one_at_a_time(ctx: BatchContext, young: Iterable[tuple[Customer, date]]) -> None:
    """Before anything is locked: young money of a customer is weighed by one transaction after the other."""
    newest = newest_history(ctx)
    if ctx.actor is not None:
        for pk in sorted({customer.pk for customer, day in young if day > newest}):
            one_at_a_time_of(pk)


@dataclass(frozen=True)
class Kind:
    """What differs between the kinds of documents that a file brings and a second person accepts."""

    entry: type[WaitingPosting]
    limit: str  # the rule by which a total waits
    told: str  # the verb under which a document beyond the limit is told when it is posted all the same
    same: Mapping[str, str]  # columns of the file that a row of what waits has to repeat, by field
    counted: Callable[[int, date, timedelta], Sequence[Counted]]


RECEIPTS = Kind(
    ReceiptEntry,
    "receivables.second_person_amount",
    "receivables.receipt_taken_over",
    {
        "customer": "customer_id",
        "received_date": "received_date",
        "amount": "amount",
        "currency": "currency_id",
    },
    counted_with,
)
CREDITS = Kind(
    PostingEntry,
    "receivables.credit_note_second_amount",
    "receivables.credit_note_taken_over",
    {"customer": "customer_id", "date": "date", "amount": "amount", "currency": "currency_id"},
    counted_credits,
)


class Takeover:
    """Judges the new documents of one chunk of a file, then writes those that wait and tells of the others."""

    def __init__(self, ctx: BatchContext, kind: Kind, numbers: Sequence[str]) -> None:
        self.ctx, self.kind = ctx, kind
        self.newest_history = newest_history(ctx)
        self.limit: Decimal = rule(kind.limit, on=ctx.today)
        self.span = timedelta(days=rule("approvals.split_days", on=ctx.today) - 1)
        waiting = kind.entry._default_manager.filter(number__in=numbers, state=EntryState.ENTERED)
        self.waiting = {entry.number: entry for entry in waiting}
        self._young: dict[int, list[Any]] = defaultdict(list)
        self._sums: dict[tuple[int, date], Decimal] = defaultdict(lambda: ZERO)
        self._counted: dict[tuple[int, date], Decimal] = {}
        self._entries: list[tuple[Document, Callable[[], WaitingPosting]]] = []
        self._told: list[Any] = []

    def weigh(self, document: Any) -> None:
        """Note a new document, before any is judged: parts of one file count together."""
        self._sums[document.customer_id, document.date] += document.base_amount
        if document.date > self.newest_history:
            self._young[document.customer_id].append(document)

    def asks(self, document: Any) -> bool:
        """Is it young, and brought by a person?"""
        return self.ctx.actor is not None and document.date > self.newest_history

    def total(self, document: Any) -> Decimal:
        """What counts together with a young document and itself, in base currency."""
        day = document.date
        near = (d for d in self._young[document.customer_id] if abs(d.date - day) <= self.span)
        place = document.customer_id, day
        if place not in self._counted:
            found = self.kind.counted(document.customer_id, day, self.span)
            self._counted[place] = sum((line.amount for line in found), ZERO)
        return sum((d.base_amount for d in near), self._counted[place])

    def waits(self, document: Any) -> bool:
        """Does this document need the second person for its amount?"""
        return self.asks(document) and self.total(document) >= self.limit

    def compare(self, document: Document, entry: WaitingPosting, new: Any) -> None:
        """A row of money that waits already says the same again. Raises ``RowError``."""
        for column, name in self.kind.same.items():
            if getattr(entry, name) != getattr(new, name):
                raise RowError(
                    document.first,
                    column,
                    _(
                        "%(number)s waits for a second person with another value (%(value)s): have it returned and correct it there"
                    )
                    % {"number": entry.number, "value": getattr(entry, name)},
                )

    def enter(self, document: Document, write: Callable[[], WaitingPosting]) -> None:
        """Remember what waits and how its entry is written; nothing of the ledger counts it."""
        self._entries.append((document, write))

    def tell(self, document: Any) -> None:
        """It is posted without the second person whom the handbook wants: the timeline says so."""
        self._told.append(document)

    def write(self, taken: Sequence[Any]) -> None:
        """Ask for what waits, tell of what is above the limit and was posted all the same.

        Raises ``Refused`` naming every document for which nobody can be asked.
        """
        refused: list[tuple[Document, RowError]] = []
        entries = [
            (document, self._each(refused, document, self._entry, write)) for document, write in self._entries
        ]
        for document, entry in entries:
            if entry is not None:
                self._each(refused, document, self._ask, entry)
        if refused:
            raise Refused(refused)
        told = {id(d): d for d in taken if self._sums[d.customer_id, d.date] >= self.limit}
        told |= {id(d): d for d in self._told}
        record_many(
            self.kind.told,
            [((document, document.customer), self._words(document)) for document in told.values()],
            actor=self.ctx.actor,
            at=self.ctx.at,
        )

    @staticmethod
    def _each(refused: list[Any], document: Document, act: Callable[..., Any], *given: Any) -> Any:
        """Do one act; what refuses it is noted with its document."""
        try:
            with transaction.atomic():
                return act(*given)
        except DomainError as error:
            refused.append((document, RowError(document.first, error.field or "", str(error))))
            return None

    def _ask(self, entry: WaitingPosting) -> Any:
        reason = _("Brought by the file %(file)s.") % {"file": self.ctx.batch.file_name}
        return ask_for(entry, actor=self.ctx.actor, reason=reason, at=self.ctx.at)

    def _entry(self, write: Callable[[], WaitingPosting]) -> WaitingPosting:
        entry = write()
        self.ctx.outcome.created += 1
        self.ctx.outcome.tracked.setdefault(self.kind.entry, []).append(entry.pk)
        return entry

    def _words(self, document: Any) -> dict[str, Any]:
        return {
            "number": document.number,
            "amount": document.amount,
            "currency": document.currency_id,
            "date": document.date,
            "file": self.ctx.batch.file_name,
        }


def enter_receipt(
    takeover: Takeover, document: Document, receipt: Receipt, plan: Plan, *, oldest: bool
) -> None:
    """A receipt of the file that waits, with what it would settle."""
    ctx = takeover.ctx
    days = {part.day for part in plan.parts}
    if len(days) > 1 and not oldest:
        raise RowError(
            document.first,
            "allocated_date",
            _("this receipt waits for a second person, and what waits is settled on one day"),
        )
    parts = [] if oldest else plan.parts

    def write() -> ReceiptEntry:
        return write_entry(
            actor=ctx.actor,
            receipt=NewReceipt(
                customer=receipt.customer,
                received_date=receipt.received_date,
                amount=receipt.amount,
                currency=Currency.objects.get(pk=receipt.currency_id),
                method=receipt.method,
                bank_account=receipt.bank_account,
                bank_reference=receipt.bank_reference,
                number=receipt.number,
                owner=receipt.owner,
                base_rate=document.one("base_rate") if "base_rate" in ctx.present else None,
            ),
            allocations=[Allocation(part.item.pk, part.amount) for part in parts],
            allocation_date=parts[0].day if parts else None,
            oldest_first=oldest,
            at=ctx.at,
        )

    takeover.enter(document, write)


def judge_credit_note(takeover: Takeover, note: CreditNote, item: Any, given: Decimal) -> CreditWeight:
    """What the handbook says of a credit note of a file; ``given`` is what is given back of the item in all."""
    asks = takeover.asks(note)
    total = takeover.total(note) if asks else ZERO
    return judge_credit(total, item, given, on=takeover.ctx.today)


def enter_credit_note(takeover: Takeover, document: Document, note: CreditNote, *, beyond: bool) -> None:
    """A credit note of the file that waits. Raises ``RowError`` without a reason: somebody has to accept it."""
    if not note.reason.strip():
        raise RowError(
            document.first, "reason", _("a second person accepts this credit: say why it is given")
        )
    ctx, row = takeover.ctx, document.first

    def write() -> PostingEntry:
        item = Receivable.objects.get(pk=note.receivable_id) if note.receivable_id else None
        new = NewCreditNote(
            customer=note.customer,
            date=note.date,
            amount=note.amount,
            currency=Currency.objects.get(pk=note.currency_id),
            reason=note.reason,
            beyond_reason=note.reason if beyond else "",
            receivable=item,
            number=note.number,
            base_rate=row.base_rate if "base_rate" in ctx.present else None,
        )
        return write_credit_entry(actor=ctx.actor, credit_note=new, at=ctx.at)

    takeover.enter(document, write)
