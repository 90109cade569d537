"""Import kinds of receivables, receipts and credit notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from customers.services.bulk import CustomerBook, seeds_of
from orders.services.bulk import OrderBook
from receivables.choices import Method
from receivables.models import CreditNote, Receipt, Receivable, SettlementLine
from receivables.services.bulk import (
    YEARS,
    DueDates,
    ItemBook,
    Months,
    Plan,
    common_fields,
    lines_of,
    remove_documents,
    settle,
    settle_oldest,
    sides,
)
from salesops.core.choices import Role
from salesops.exchange import bulk
from salesops.exchange.books import CurrencyBook, PeopleBook, TermBook
from salesops.exchange.context import BatchContext, Book, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind, import_kinds, register_remover


class ContractBook(Book):
    """Contracts by number."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Contract.objects.filter(number__in=keys).select_related("payment_term")
        return {str(row.number): row for row in rows}


def _prepare(ctx: BatchContext, documents: Sequence[Document], day: str) -> list[Any]:
    """People, customers and currencies of documents dated by the column ``day``."""
    rows = [row for document in documents for row in document.rows]
    people = ctx.book(PeopleBook)
    owners = {getattr(row, "owner", None) for row in rows}
    days = [getattr(row, day) for row in rows]
    people.need_or_create(owners, since=min(days, default=None), create=ctx.creates("owner"))
    ctx.book(CustomerBook).need_or_create(
        seeds_of((row.customer, getattr(row, day), getattr(row, "owner", None), None) for row in rows),
        create=ctx.creates("customer"),
    )
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))
    return rows


def _differs(row: Any, column: str, number: str) -> RowError:
    return RowError(
        row,
        column,
        _("%(number)s is posted with another value: posted documents do not change") % {"number": number},
    )


# --- receivables --------------------------------------------------------------------------------------


def prepare_receivables(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = _prepare(ctx, documents, "issue_date")
    ctx.book(TermBook).need_or_create(
        {row.payment_terms for row in rows}, create=ctx.creates("payment_terms")
    )
    ctx.book(OrderBook).need({row.order for row in rows})
    ctx.book(ContractBook).need({row.contract for row in rows})


def load_receivables(ctx: BatchContext, documents: Sequence[Document]) -> None:
    numbers = [document.first.number for document in documents]
    existing = {r.number: r for r in Receivable.objects.filter(number__in=numbers)}
    changed: list[Receivable] = []

    def build(document: Document) -> Receivable | None:
        row = document.first
        new = _receivable(ctx, row)
        item = existing.get(row.number)
        if item is None:
            return new
        fixed = {"customer": "customer_id", "issue_date": "issue_date", "due_date": "due_date"}
        fixed |= {"amount": "amount", "currency": "currency_id"}
        if row.owner:
            fixed["owner"] = "owner_id"
        for column, name in fixed.items():
            if getattr(item, name) != getattr(new, name):
                raise _differs(row, column, row.number)
        if changed_fields(item, present({"disputed": row.disputed})):
            changed.append(item)
        else:
            ctx.outcome.unchanged += 1
        return None

    ctx.insert(ctx.each(documents, build), count=True)
    ctx.update(changed, ["disputed"])


def _receivable(ctx: BatchContext, row: Any) -> Receivable:
    ctx.book(Months).require_open(row, "issue_date", row.issue_date)
    head = {name: getattr(row, name) for name in ("customer", "owner", "amount", "currency", "base_rate")}
    fields = common_fields(ctx, row, head, row.issue_date)
    customer = fields["customer"]
    order = _linked(ctx.book(OrderBook), row, "order", customer)
    contract = _linked(ctx.book(ContractBook), row, "contract", customer)
    term = ctx.book(TermBook).term(row, "payment_terms", row.payment_terms)
    due, words = row.due_date, ""
    if due is None:
        term = term or (order.payment_term if order else None) or customer.payment_term
        if term is None:
            raise RowError(
                row,
                "due_date",
                _("neither due date nor payment terms: give one, or the customer's payment terms"),
            )
        signed = contract.signed_date if contract else None
        due, words = ctx.book(DueDates).due(
            term, row.issue_date, order.shipped_date if order else None, signed
        )
    if due.year not in YEARS:
        raise RowError(row, "due_date", _("is no plausible date"))
    return Receivable(
        number=row.number,
        issue_date=row.issue_date,
        due_date=due,
        due_rule=words,
        payment_term_id=term.pk if term else None,
        order=order,
        contract=contract or (order.contract if order else None),
        disputed=bool(row.disputed),
        **fields,
    )


def _linked(book: Book, row: Any, column: str, customer: Any) -> Any:
    number = getattr(row, column)
    if number is None:
        return None
    record = book.get(number)
    if record is None:
        raise RowError(row, column, _("there is no such document: import it first"))
    if record.customer_id != customer.pk:
        raise RowError(row, column, _("belongs to another customer"))
    return record


def export_receivables() -> Iterator[dict[str, Any]]:
    rows = Receivable.objects.order_by("pk").select_related(
        "customer", "owner", "order", "contract", "payment_term"
    )
    for item in rows.iterator(2000):
        yield {
            "number": item.number,
            "customer": item.customer.code,
            "owner": item.owner.username if item.owner else None,
            "issue_date": item.issue_date,
            "due_date": item.due_date,
            "payment_terms": item.payment_term.code if item.payment_term else None,
            "amount": item.amount,
            "currency": item.currency_id,
            "order": item.order.number if item.order else None,
            "contract": item.contract.number if item.contract else None,
            "disputed": item.disputed,
            "base_rate": item.base_rate,
        }


# --- receipts -----------------------------------------------------------------------------------------
_HEAD = (
    "customer", "received_date", "amount", "currency", "bank_account", "bank_reference", "method", "base_rate",
)  # fmt: skip


def prepare_receipts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = _prepare(ctx, documents, "received_date")
    ctx.book(ItemBook).need({row.receivable for row in rows})
    if ctx.options.get("allocate") == "oldest" and isinstance(documents, list):
        documents.sort(key=lambda document: document.first.received_date)


def load_receipts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {r.number: r for r in Receipt.objects.filter(number__in=[d.key for d in documents])}
    standing = SettlementLine.objects.standing().filter(receipt__in=existing.values())
    lines = sides(standing.select_related("receivable"))
    ctx.book(ItemBook).need({row.receivable for document in documents for row in document.rows})
    late: list[tuple[Receipt, Plan]] = []

    def build(document: Document) -> tuple[Receipt, Plan] | None:
        plan = Plan()
        try:
            new = _receipt(ctx, document)
            receipt = existing.get(document.key)
            if receipt is None:
                _allocate(ctx, document, new, plan)
                return new, plan
            _compare(document, receipt, new)
            _allocate_more(ctx, document, receipt, lines.get(receipt.pk, []), plan)
        except RowError:
            plan.take_back()
            raise
        if plan.parts:
            late.append((receipt, plan))
        else:
            ctx.outcome.unchanged += 1
        return None

    built = ctx.each(documents, build)
    ctx.insert([receipt for receipt, _plan in built], count=True)
    ctx.insert([line for pair in built for line in lines_of(*pair, at=ctx.at, actor=ctx.actor)])
    bulk.insert([line for pair in late for line in lines_of(*pair, at=ctx.at, actor=ctx.actor)])
    ctx.outcome.updated += len(late)


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
            raise _differs(document.first, column, document.key)


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


# --- credit notes -------------------------------------------------------------------------------------


def prepare_credit_notes(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = _prepare(ctx, documents, "date")
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
        head = {name: getattr(row, name) for name in ("customer", "amount", "currency", "base_rate")}
        fields = common_fields(ctx, row, head, row.date)
        item = ctx.book(ItemBook).get(row.receivable)
        if row.receivable and item is None:
            raise RowError(
                row, "receivable", _("there is no receivable with this number: import receivables first")
            )
        new = CreditNote(
            number=row.number,
            date=row.date,
            reason=row.reason or "",
            receivable_id=item.pk if item else None,
            **fields,
        )
        note = existing.get(row.number)
        if note is not None:
            for column, name in {"customer": "customer_id", "date": "date", "amount": "amount"}.items():
                if getattr(note, name) != getattr(new, name):
                    raise _differs(row, column, row.number)
            ctx.outcome.unchanged += 1
            return None
        if item is not None and item.open > 0:
            settle(plan, row, new, item, wanted=min(item.open, new.amount), day=None)
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


_CUSTOMER = Column("customer", "reference", required=True, lookup="customer", max_length=60)
_CURRENCY = Column("currency", "reference", lookup="currency", max_length=3)
_RATE = Column("base_rate", "decimal", places=8, help=gettext_lazy("exchange rate, instead of the table's"))
_AMOUNT = Column("amount", "decimal", required=True)
_ITEM = Column(
    "receivable", "reference", lookup="receivable", max_length=60, help=gettext_lazy("number to settle")
)

KINDS = (
    ImportKind(
        name="receivables",
        title=gettext_lazy("Receivables"),
        columns=(
            Column("number", required=True, max_length=60),
            _CUSTOMER,
            Column("owner", "reference", lookup="owner"),
            Column("issue_date", "date", required=True),
            Column("due_date", "date", help=gettext_lazy("empty: by the payment terms")),
            Column("payment_terms", "reference", lookup="payment_terms"),
            _AMOUNT,
            _CURRENCY,
            Column("order", "reference", lookup="order", max_length=60),
            Column("contract", "reference", lookup="contract", max_length=60),
            Column("disputed", "bool"),
            _RATE,
        ),
        key=("number",),
        roles=(Role.FINANCE,),
        creatable=("customer", "owner", "currency", "payment_terms"),
        prepare=prepare_receivables,
        load=load_receivables,
        export=export_receivables,
        order=100,
    ),
    ImportKind(
        name="receipts",
        title=gettext_lazy("Receipts"),
        columns=(
            Column(
                "number",
                required=True,
                max_length=60,
                help=gettext_lazy("rows with one number form one receipt"),
            ),
            _CUSTOMER,
            Column("received_date", "date", required=True),
            _AMOUNT,
            _CURRENCY,
            Column("bank_account", max_length=60),
            Column("bank_reference", max_length=100),
            _ITEM,
            Column("allocated_amount", "decimal", help=gettext_lazy("empty: what is open and left")),
            Column("allocated_date", "date", help=gettext_lazy("empty: the day of receipt")),
            Column("method", "choice", choices=Method.choices),
            _RATE,
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
    ),
    ImportKind(
        name="credit_notes",
        title=gettext_lazy("Credit notes"),
        columns=(
            Column("number", required=True, max_length=60),
            _CUSTOMER,
            Column("date", "date", required=True),
            _AMOUNT,
            _CURRENCY,
            _ITEM,
            Column("reason", max_length=300),
            _RATE,
        ),
        key=("number",),
        roles=(Role.FINANCE,),
        creatable=("customer", "currency"),
        prepare=prepare_credit_notes,
        load=load_credit_notes,
        export=export_credit_notes,
        order=115,
    ),
)


def _keep(pks: list[int], *, actor: Any, at: Any, reason: str) -> int:
    """Settlement lines leave with their document."""
    return 0


def register_kinds() -> None:
    for kind in KINDS:
        import_kinds.register(kind.name, kind)
    register_remover(SettlementLine, _keep)
    for model, name in ((Receivable, "receivable"), (Receipt, "receipt"), (CreditNote, "credit_note")):
        register_remover(model, _remover(name))


def _remover(name: str) -> Any:
    def remove(pks: list[int], *, actor: Any, at: Any, reason: str) -> int:
        return remove_documents(name, pks, actor=actor, at=at, reason=reason)

    return remove
