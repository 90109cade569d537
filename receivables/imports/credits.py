"""Credit notes in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from salesops.core.choices import Role
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.registry import Column, ImportKind


def prepare_credit_notes(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = prepare(ctx, documents, "date")
    ctx.book(ItemBook).need({row.receivable for row in rows})


def load_credit_notes(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {
        note.number: note
        for note in CreditNote.objects.filter(number__in=[d.first.number for d in documents])
    }
    ctx.book(ItemBook).need({document.first.receivable for document in documents})

    def build(document: Document) -> tuple[CreditNote, Plan] | None:
        row, plan = document.first, Plan()
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
        new = CreditNote(
            number=row.number,
            date=row.date,
            reason=row.reason or "",
            receivable_id=item.pk if item else None,
            **fields,
        )
        if item is not None:
            require_sides(row, new, item)
        note = existing.get(row.number)
        if note is not None:
            for column, name in {"customer": "customer_id", "date": "date", "amount": "amount"}.items():
                if getattr(note, name) != getattr(new, name):
                    raise differs(row, column, row.number)
            ctx.outcome.unchanged += 1
            return None
        if item is not None and item.open > 0:
            settle(plan, row, new, item, wanted=min(item.open, new.amount), day=None)
        if item is not None and new.base_rate == item.base_rate:
            new.base_amount = ctx.book(Credited).base_of(item, new.amount)
        return new, plan

    built = ctx.each(documents, build)
    ctx.insert([note for note, _plan in built], count=True)
    ctx.insert([line for pair in built for line in lines_of(*pair, at=ctx.at, actor=ctx.actor)])


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
