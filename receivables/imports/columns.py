"""What the documents of the ledger share in a spreadsheet: columns, what they refer to, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.bulk import CustomerBook, seeds_of
from salesops.exchange.books import CurrencyBook, PeopleBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.registry import Column

CUSTOMER = Column("customer", "reference", required=True, lookup="customer", max_length=60)
CURRENCY = Column("currency", "reference", lookup="currency", max_length=3)
RATE = Column("base_rate", "decimal", places=8, help=gettext_lazy("exchange rate, instead of the table's"))
AMOUNT = Column("amount", "decimal", required=True)
ITEM = Column(
    "receivable", "reference", lookup="receivable", max_length=60, help=gettext_lazy("number to settle")
)


def prepare(ctx: BatchContext, documents: Sequence[Document], day: str) -> list[Any]:
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


def differs(row: Any, column: str, number: str) -> RowError:
    return RowError(
        row,
        column,
        _("%(number)s is posted with another value: posted documents do not change") % {"number": number},
    )
