"""Credit notes in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.bulk import CustomerBook
from receivables.imports.columns import AMOUNT, CURRENCY, CUSTOMER, ITEM, RATE, differs, prepare
from receivables.models import CreditNote
from receivables.services.bulk import (
    Credited,
    ItemBook,
    Months,
    Plan,
    common_fields,
    lines_of,
    require_sides,
    settle,
)
from receivables.services.takeover import (
    CREDITS,
    Takeover,
    enter_credit_note,
    judge_credit_note,
    one_at_a_time,
)
from salesops.core.choices import Role
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.registry import Column, ImportKind


def prepare_credit_notes(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = prepare(ctx, documents, "date")
    customers = ctx.book(CustomerBook)
    known = ((customers.get(row.customer), row.date) for row in rows)
    one_at_a_time(ctx, (pair for pair in known if pair[0] is not None))
    ctx.book(ItemBook).need({row.receivable for row in rows})


def load_credit_notes(ctx: BatchContext, documents: Sequence[Document]) -> None:
    numbers = [document.first.number for document in documents]
    existing = {note.number: note for note in CreditNote.objects.filter(number__in=numbers)}
    ctx.book(ItemBook).need({document.first.receivable for document in documents})
    takeover = Takeover(ctx, CREDITS, numbers)
    new: dict[int, CreditNote] = {}

    def read(document: Document) -> Document:
        note = new[id(document)] = _note(ctx, document)
        if note.number not in existing and note.number not in takeover.waiting:
            takeover.weigh(note)
        return document

    def build(document: Document) -> tuple[CreditNote, Plan] | None:
        note = new[id(document)]
        if entry := takeover.waiting.get(note.number):
            takeover.compare(document, entry, note)
            ctx.outcome.unchanged += 1
            return None
        if known := existing.get(note.number):
            _compare(document, known, note)
            ctx.outcome.unchanged += 1
            return None
        return _new(ctx, document, note, takeover)

    built = ctx.each(ctx.each(documents, read), build)
    ctx.insert([note for note, _plan in built], count=True)
    ctx.insert([line for pair in built for line in lines_of(*pair, at=ctx.at, actor=ctx.actor)])
    takeover.write([note for note, _plan in built])


def _note(ctx: BatchContext, document: Document) -> CreditNote:
    """The row as a credit note. Raises ``RowError``."""
    row = document.first
    ctx.book(Months).require_open(row, "date", row.date)
    item = ctx.book(ItemBook).get(row.receivable)
    if row.receivable and item is None:
        raise RowError(
            row, "receivable", _("there is no receivable with this number: import receivables first")
        )
    head = {name: getattr(row, name) for name in ("customer", "amount", "currency", "base_rate")}
    if item is not None and row.base_rate is None:
        head["base_rate"] = item.base_rate  # credit is given at the rate at which the item was posted
    fields = common_fields(ctx, row, head, row.date)
    note = CreditNote(
        number=row.number,
        date=row.date,
        reason=row.reason or "",
        receivable_id=item.pk if item else None,
        **fields,
    )
    if item is not None:
        require_sides(row, note, item)
    return note


def _compare(document: Document, note: CreditNote, new: CreditNote) -> None:
    for column, name in {"customer": "customer_id", "date": "date", "amount": "amount"}.items():
        if getattr(note, name) != getattr(new, name):
            raise differs(document.first, column, note.number)


def _new(
    ctx: BatchContext, document: Document, note: CreditNote, takeover: Takeover
) -> tuple[CreditNote, Plan] | None:
    """A credit note that is not on file: posted against its item, or left to a second person."""
    plan, item = Plan(), ctx.book(ItemBook).get(document.first.receivable)
    book = ctx.book(Credited)
    weight = judge_credit_note(takeover, note, item, book.given(item) + note.amount if item else note.amount)
    if weight and takeover.asks(note):
        enter_credit_note(takeover, document, note, beyond=weight.beyond)
        if item is not None:
            book.wait(item, note.amount)
        return None
    if item is not None and item.open > 0:
        settle(plan, document.first, note, item, wanted=min(item.open, note.amount), day=None)
    if item is not None and note.base_rate == item.base_rate:
        note.base_amount = book.base_of(item, note.amount)
    if weight:
        takeover.tell(note)
    return note, plan


def export_credit_notes() -> Iterator[dict[str, Any]]:
    rows = CreditNote.objects.filter(reversal_of__isnull=True, reversed_date__isnull=True).order_by("pk")
    for note in rows.select_related("customer", "receivable").iterator(2000):
        yield {
            "number": note.number,
            "customer": note.customer.code,
            "date": note.date,
            "amount": note.amount,
            "currency": note.currency_id,
            "receivable": note.receivable.number if note.receivable else None,
            "reason": note.reason,
            "base_rate": note.base_rate,
        }


CREDIT_NOTES = ImportKind(
    name="credit_notes",
    title=gettext_lazy("Credit notes"),
    columns=(
        Column("number", required=True, max_length=60),
        CUSTOMER,
        Column("date", "date", required=True),
        AMOUNT,
        CURRENCY,
        ITEM,
        Column("reason", max_length=300),
        RATE,
    ),
    key=("number",),
    roles=(Role.FINANCE,),
    creatable=("customer", "currency"),
    prepare=prepare_credit_notes,
    load=load_credit_notes,
    export=export_credit_notes,
    order=115,
)
