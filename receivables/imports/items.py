"""Receivables in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.imports import REGISTERED
from contracts.models import Contract
from orders.models import Order
from orders.services.bulk import OrderBook
from receivables.choices import Source
from receivables.imports.columns import AMOUNT, CURRENCY, CUSTOMER, RATE, differs, prepare
from receivables.models import Receivable
from receivables.services.billing import left_to_bill
from receivables.services.bulk import (
    YEARS,
    DueDates,
    Months,
    common_fields,
)
from salesops.core.choices import Role
from salesops.exchange.books import TermBook
from salesops.exchange.context import BatchContext, Book, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind


class ContractBook(Book):
    """Contracts by number."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Contract.objects.filter(number__in=keys).select_related("payment_term")
        return {str(row.number): row for row in rows}


class Posted(Book):
    """What is left to bill of orders that were billed here by their shipment, by the order's key.

    An order of the past that only files speak of may have been billed for more than we know of.
    """

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Order.objects.filter(pk__in=[int(key) for key in keys], receivables__source=Source.ORDER)
        locked = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
        found = {str(order.pk): [order, left_to_bill(order)] for order in locked}
        return dict.fromkeys(keys) | found

    def require_left(self, row: Any, new: Receivable) -> None:
        """Count a new receivable of an order. Raises ``RowError`` with the figures of the order."""
        known = self.get(str(new.order_id)) if new.order_id else None
        if known is None:
            return
        order, left = known
        if new.currency_id != order.currency_id:
            raise RowError(row, "order", _("is in %(currency)s") % {"currency": order.currency_id})
        if new.amount > left:
            raise RowError(
                row,
                "order",
                _(
                    "order %(order)s comes to %(total)s and is billed already; %(left)s is left: leave the row out, or the order of it"
                )
                % {"order": order, "total": order.total, "left": left},
            )
        known[1] -= new.amount


def prepare_receivables(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = prepare(ctx, documents, "issue_date")
    ctx.book(TermBook).need_or_create(
        {row.payment_terms for row in rows}, create=ctx.creates("payment_terms")
    )
    orders = ctx.book(OrderBook)
    orders.need({row.order for row in rows})
    found = (orders.get(row.order) for row in rows if row.order)
    ctx.book(Posted).need({str(order.pk) for order in found if order is not None})
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
            ctx.book(Posted).require_left(row, new)
            return new
        fixed = {"customer": "customer_id", "issue_date": "issue_date", "due_date": "due_date"}
        fixed |= {"amount": "amount", "currency": "currency_id"}
        if row.owner:
            fixed["owner"] = "owner_id"
        for column, name in fixed.items():
            if getattr(item, name) != getattr(new, name):
                raise differs(row, column, row.number)
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


def in_register(contract: Contract | None) -> bool:
    """Whether a file of contracts holds this one, so that an empty company can find it."""
    return contract is not None and contract.state in REGISTERED and contract.signed_date is not None


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
            "contract": item.contract.number if in_register(item.contract) else None,
            "disputed": item.disputed,
            "base_rate": item.base_rate,
        }


RECEIVABLES = ImportKind(
    name="receivables",
    title=gettext_lazy("Receivables"),
    columns=(
        Column("number", required=True, max_length=60),
        CUSTOMER,
        Column("owner", "reference", lookup="owner"),
        Column("issue_date", "date", required=True),
        Column("due_date", "date", help=gettext_lazy("empty: by the payment terms")),
        Column("payment_terms", "reference", lookup="payment_terms"),
        AMOUNT,
        CURRENCY,
        Column("order", "reference", lookup="order", max_length=60),
        Column("contract", "reference", lookup="contract", max_length=60),
        Column("disputed", "bool"),
        RATE,
    ),
    key=("number",),
    roles=(Role.FINANCE,),
    creatable=("customer", "owner", "currency", "payment_terms"),
    prepare=prepare_receivables,
    load=load_receivables,
    export=export_receivables,
    order=100,
)
