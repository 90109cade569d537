"""Receipts that a file brings, and the second person: history is posted and told, young money waits (R-13, R-15).

A receipt of a file is history when it is dated at least ``receivables.import_history_days`` back: it stands in the
books already, and nobody can accept it any more. Without a person who imports, the operator of the machine takes a
company over: everything is posted, and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from receivables.choices import EntryState
from receivables.models import Receipt, ReceiptEntry
from receivables.services.allocation import Allocation
from receivables.services.bulk import Plan
from receivables.services.entries import ask_for, write_entry
from receivables.services.receipts import NewReceipt, counted_with, one_at_a_time_of
from salesops.audit.services import record_many
from salesops.catalog.models import Currency
from salesops.core.errors import DomainError
from salesops.core.money import ZERO
from salesops.exchange.context import BatchContext, Document, Refused, RowError
from salesops.handbook.selectors import rule


def newest_history(ctx: BatchContext) -> date:
    """The last day whose receipts are history today."""
    return ctx.today - timedelta(days=rule("receivables.import_history_days", on=ctx.today))


def one_at_a_time(ctx: BatchContext, young: Iterable[tuple[Customer, date]]) -> None:
    """Before anything is locked: young money of a customer is weighed by one transaction after the other."""
    newest = newest_history(ctx)
    if ctx.actor is not None:
        for pk in sorted({customer.pk for customer, day in young if day > newest}):
            one_at_a_time_of(pk)


class Takeover:
    """Judges the new receipts of one chunk of a file, then writes those that wait and tells of the others."""

    def __init__(self, ctx: BatchContext, numbers: Sequence[str]) -> None:
        self.ctx = ctx
        self.newest_history = newest_history(ctx)
        self.limit: Decimal = rule("receivables.second_person_amount", on=ctx.today)
        self.span = timedelta(days=rule("approvals.split_days", on=ctx.today) - 1)
        self.waiting = {
            entry.number: entry
            for entry in ReceiptEntry.objects.filter(number__in=numbers, state=EntryState.ENTERED)
        }
        self._young: dict[int, list[Receipt]] = defaultdict(list)
        self._sums: dict[tuple[int, date], Decimal] = defaultdict(lambda: ZERO)
        self._counted: dict[tuple[int, date], Decimal] = {}
        self._entries: list[tuple[Document, Receipt, Plan, bool]] = []

    def weigh(self, receipt: Receipt) -> None:
        """Note a new receipt, before any is judged: parts of one file count together."""
        self._sums[receipt.customer_id, receipt.received_date] += receipt.base_amount
        if receipt.received_date > self.newest_history:
            self._young[receipt.customer_id].append(receipt)

    def waits(self, receipt: Receipt) -> bool:
        """Does this receipt need the second person?"""
        if self.ctx.actor is None or receipt.received_date <= self.newest_history:
            return False
        day = receipt.received_date
        near = (r for r in self._young[receipt.customer_id] if abs(r.received_date - day) <= self.span)
        total = sum((r.base_amount for r in near), ZERO)
        place = receipt.customer_id, day
        if place not in self._counted:
            found = counted_with(receipt.customer_id, day, self.span)
            self._counted[place] = sum((line.amount for line in found), ZERO)
        return total + self._counted[place] >= self.limit

    def compare(self, document: Document, entry: ReceiptEntry, new: Receipt) -> None:
        """A row of money that waits already says the same again. Raises ``RowError``."""
        fixed = {"customer": "customer_id", "received_date": "received_date", "amount": "amount"}
        for column, name in (fixed | {"currency": "currency_id"}).items():
            if getattr(entry, name) != getattr(new, name):
                raise RowError(
                    document.first,
                    column,
                    _(
                        "%(number)s waits for a second person with another value (%(value)s): have it returned and correct it there"
                    )
                    % {"number": entry.number, "value": getattr(entry, name)},
                )

    def enter(self, document: Document, receipt: Receipt, plan: Plan, *, oldest: bool) -> None:
        """Remember a receipt that waits; nothing of the ledger counts what it would settle."""
        days = {part.day for part in plan.parts}
        if len(days) > 1 and not oldest:
            raise RowError(
                document.first,
                "allocated_date",
                _("this receipt waits for a second person, and what waits is settled on one day"),
            )
        self._entries.append((document, receipt, plan, oldest))

    def write(self, taken: Sequence[Receipt]) -> None:
        """Ask for the receipts that wait, tell of those above the limit that were posted all the same.

        Raises ``Refused`` naming every receipt for which nobody can be asked.
        """
        refused: list[tuple[Document, RowError]] = []
        entries = [(each[0], self._each(refused, each[0], self._entry, *each)) for each in self._entries]
        for document, entry in entries:
            if entry is not None:
                self._each(refused, document, self._ask, entry)
        if refused:
            raise Refused(refused)
        above = [r for r in taken if self._sums[r.customer_id, r.received_date] >= self.limit]
        record_many(
            "receivables.receipt_taken_over",
            [((receipt, receipt.customer), self._words(receipt)) for receipt in above],
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

    def _ask(self, entry: ReceiptEntry) -> Any:
        reason = _("Brought by the file %(file)s.") % {"file": self.ctx.batch.file_name}
        return ask_for(entry, actor=self.ctx.actor, reason=reason, at=self.ctx.at)

    def _entry(self, document: Document, receipt: Receipt, plan: Plan, oldest: bool) -> ReceiptEntry:
        parts = [] if oldest else plan.parts
        entry = write_entry(
            actor=self.ctx.actor,
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
                base_rate=document.one("base_rate") if "base_rate" in self.ctx.present else None,
            ),
            allocations=[Allocation(part.item.pk, part.amount) for part in parts],
            allocation_date=parts[0].day if parts else None,
            oldest_first=oldest,
            at=self.ctx.at,
        )
        self.ctx.outcome.created += 1
        self.ctx.outcome.tracked.setdefault(ReceiptEntry, []).append(entry.pk)
        return entry

    def _words(self, receipt: Receipt) -> dict[str, Any]:
        return {
            "number": receipt.number,
            "amount": receipt.amount,
            "currency": receipt.currency_id,
            "date": receipt.received_date,
            "file": self.ctx.batch.file_name,
        }
