"""Receipts with what they settle, in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.bulk import CustomerBook
from receivables.choices import Method
from receivables.imports.columns import AMOUNT, CURRENCY, CUSTOMER, ITEM, RATE, differs, prepare
from receivables.models import Receipt, SettlementLine
from receivables.services.bulk import (
    ItemBook,
    Months,
    Plan,
    common_fields,
    lines_of,
    settle,
    settle_oldest,
    sides,
)
from receivables.services.takeover import RECEIPTS as RECEIPTS_OF_FILES
from receivables.services.takeover import Takeover, enter_receipt, one_at_a_time
from salesops.core.choices import Role
from salesops.exchange import bulk
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.registry import Column, ImportKind

_HEAD = (
    "customer", "received_date", "amount", "currency", "bank_account", "bank_reference", "method", "base_rate",
)  # fmt: skip


def prepare_receipts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = prepare(ctx, documents, "received_date")
    customers = ctx.book(CustomerBook)
    known = ((customers.get(row.customer), row.received_date) for row in rows)
    one_at_a_time(ctx, (pair for pair in known if pair[0] is not None))
    ctx.book(ItemBook).need({row.receivable for row in rows})
    if ctx.options.get("allocate") == "oldest" and isinstance(documents, list):
        documents.sort(key=lambda document: document.first.received_date)


def load_receipts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {r.number: r for r in Receipt.objects.filter(number__in=[d.key for d in documents])}
    standing = SettlementLine.objects.standing().filter(receipt__in=existing.values())
    lines = sides(standing.select_related("receivable"))
    ctx.book(ItemBook).need({row.receivable for document in documents for row in document.rows})
    late: list[tuple[Receipt, Plan]] = []
    takeover = Takeover(ctx, RECEIPTS_OF_FILES, [document.key for document in documents])
    new: dict[Any, Receipt] = {}

    def read(document: Document) -> Document:
        receipt = new[document.key] = _receipt(ctx, document)
        if document.key not in existing and document.key not in takeover.waiting:
            takeover.weigh(receipt)
        return document

    def build(document: Document) -> tuple[Receipt, Plan] | None:
        plan, receipt = Plan(), existing.get(document.key)
        try:
            if receipt is None:
                return _new(ctx, document, new[document.key], plan, takeover)
            _compare(document, receipt, new[document.key])
            _allocate_more(ctx, document, receipt, lines.get(receipt.pk, []), plan)
        except RowError:
            plan.take_back()
            raise
        if plan.parts:
            late.append((receipt, plan))
        else:
            ctx.outcome.unchanged += 1
        return None

    built = ctx.each(ctx.each(documents, read), build)
    ctx.insert([receipt for receipt, _plan in built], count=True)
    ctx.insert([line for pair in built for line in lines_of(*pair, at=ctx.at, actor=ctx.actor)])
    bulk.insert([line for pair in late for line in lines_of(*pair, at=ctx.at, actor=ctx.actor)])
    ctx.outcome.updated += len(late)
    takeover.write([receipt for receipt, _plan in built])


def _new(
    ctx: BatchContext, document: Document, receipt: Receipt, plan: Plan, takeover: Takeover
) -> tuple[Receipt, Plan] | None:
    """A receipt that is not on file: posted with what it settles, or left to a second person."""
    if entry := takeover.waiting.get(receipt.number):
        takeover.compare(document, entry, receipt)
        ctx.outcome.unchanged += 1
        return None
    _allocate(ctx, document, receipt, plan)
    if not takeover.waits(receipt):
        return receipt, plan
    parts = Plan(parts=list(plan.parts))
    plan.take_back()
    oldest = ctx.options.get("allocate") == "oldest" and not any(row.receivable for row in document.rows)
    enter_receipt(takeover, document, receipt, parts, oldest=oldest)
    return None


def _receipt(ctx: BatchContext, document: Document) -> Receipt:
    row = document.first
    head = {name: document.one(name) for name in _HEAD}
    ctx.book(Months).require_open(row, "received_date", head["received_date"])
    fields = common_fields(ctx, row, head, head["received_date"])
    return Receipt(
        number=document.key,
        received_date=head["received_date"],
        method=head["method"] or Method.TRANSFER,
        bank_account=head["bank_account"] or "",
        bank_reference=head["bank_reference"] or "",
        **fields,
    )


def _allocate(ctx: BatchContext, document: Document, receipt: Receipt, plan: Plan) -> None:
    named = [row for row in document.rows if row.receivable]
    for row in named:
        _one(ctx, row, receipt, plan)
    if not named and ctx.options.get("allocate") == "oldest":
        book = ctx.book(ItemBook)
        side = (receipt.customer_id, receipt.currency_id)
        book.need_open([side])
        settle_oldest(plan, receipt, book.by_side[side])


def _one(ctx: BatchContext, row: Any, receipt: Receipt, plan: Plan) -> None:
    item = ctx.book(ItemBook).get(row.receivable)
    if item is None:
        raise RowError(
            row, "receivable", _("there is no receivable with this number: import receivables first")
        )
    if row.allocated_date:
        ctx.book(Months).require_open(row, "allocated_date", row.allocated_date)
    settle(plan, row, receipt, item, wanted=row.allocated_amount, day=row.allocated_date)


def _compare(document: Document, receipt: Receipt, new: Receipt) -> None:
    fixed = {"customer": "customer_id", "received_date": "received_date", "amount": "amount"}
    for column, name in (fixed | {"currency": "currency_id"}).items():
        if getattr(receipt, name) != getattr(new, name):
            raise differs(document.first, column, document.key)


def _allocate_more(
    ctx: BatchContext, document: Document, receipt: Receipt, lines: list[SettlementLine], plan: Plan
) -> None:
    """What a receipt on file settles already is not settled again; a further receivable is."""
    done: dict[str, Any] = {}
    for line in lines:
        done[line.receivable.number] = done.get(line.receivable.number, 0) + line.amount
    named = {row.receivable for row in document.rows}
    for row in document.rows:
        if not row.receivable:
            continue
        if row.receivable in done:
            wanted = sum(r.allocated_amount or 0 for r in document.rows if r.receivable == row.receivable)
            if wanted and wanted != done[row.receivable]:
                raise RowError(
                    row,
                    "allocated_amount",
                    _("%(amount)s is allocated already: change that by hand")
                    % {"amount": done[row.receivable]},
                )
            continue
        others = sum(amount for number, amount in done.items() if number not in named)
        left = receipt.unallocated - plan.total
        if (row.allocated_amount or 0) > left or left <= 0:
            raise RowError(
                row,
                "allocated_amount",
                _("%(left)s left of the money; %(others)s stands against other receivables")
                % {"left": left, "others": others},
            )
        wanted = row.allocated_amount
        if wanted is None:
            item = ctx.book(ItemBook).get(row.receivable)
            wanted = min(item.open, left) if item else None
        item = ctx.book(ItemBook).get(row.receivable)
        if item is None:
            raise RowError(
                row, "receivable", _("there is no receivable with this number: import receivables first")
            )
        settle(plan, row, receipt, item, wanted=wanted, day=row.allocated_date)


def export_receipts() -> Iterator[dict[str, Any]]:
    lines = sides(
        SettlementLine.objects.standing().filter(receipt__isnull=False).select_related("receivable")
    )
    rows = Receipt.objects.filter(reversal_of__isnull=True, reversed_date__isnull=True).order_by("pk")
    for receipt in rows.select_related("customer").iterator(2000):
        head = {
            "number": receipt.number,
            "customer": receipt.customer.code,
            "received_date": receipt.received_date,
            "amount": receipt.amount,
            "currency": receipt.currency_id,
            "bank_account": receipt.bank_account,
            "bank_reference": receipt.bank_reference,
            "method": receipt.method,
            "base_rate": receipt.base_rate,
        }
        parts = sorted(lines.get(receipt.pk, []), key=lambda line: line.pk)
        for line in parts:
            yield head | {
                "receivable": line.receivable.number,
                "allocated_amount": line.amount,
                "allocated_date": line.date,
            }
        if not parts:
            yield head


RECEIPTS = ImportKind(
    name="receipts",
    title=gettext_lazy("Receipts"),
    columns=(
        Column(
            "number",
            required=True,
            max_length=60,
            help=gettext_lazy("rows with one number form one receipt"),
        ),
        CUSTOMER,
        Column("received_date", "date", required=True),
        AMOUNT,
        CURRENCY,
        Column("bank_account", max_length=60),
        Column("bank_reference", max_length=100),
        ITEM,
        Column("allocated_amount", "decimal", help=gettext_lazy("empty: what is open and left")),
        Column("allocated_date", "date", help=gettext_lazy("empty: the day of receipt")),
        Column("method", "choice", choices=Method.choices),
        RATE,
    ),
    group="number",
    key=("number",),
    roles=(Role.FINANCE,),
    creatable=("customer", "currency"),
    options=("allocate",),
    prepare=prepare_receipts,
    load=load_receipts,
    export=export_receipts,
    order=110,
)
