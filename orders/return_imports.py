"""Import kind of returns: of a line, of an amount, or of the whole order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.choices import OrderState
from orders.models import Order, OrderLine, Return
from orders.services.bulk import OrderBook, lines_of
from orders.services.pricing import Given, base_of_return
from salesops.core.choices import Role
from salesops.core.money import ZERO, places_of, round_money
from salesops.exchange.books import ProductBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.registry import Column, ImportKind


@dataclass
class Account:
    """An order with what has come back of it so far, in the database and in this file."""

    order: Order
    lines: list[OrderLine]
    quantity: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    net: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    base: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    total: Decimal = ZERO
    base_total: Decimal = ZERO
    on_file: Counter[Any] = field(default_factory=Counter)

    def left(self, line: OrderLine) -> tuple[Decimal, Decimal]:
        return line.quantity - self.quantity[line.pk], line.net - self.net[line.pk]

    def again(self, lines: list[OrderLine], day: Any, quantity: Any, net: Any) -> bool:
        """Is this row on file already? Each return answers for one row; ``None`` is what the row leaves open."""
        keys = {line.pk for line in lines}
        for key, count in self.on_file.items():
            line, on, back, amount = key
            same = (line in keys, on == day, quantity in (None, back), net in (None, amount))
            if count and all(same):
                self.on_file[key] -= 1
                return True
        return False

    def base_of(self, line: OrderLine | None, net: Decimal) -> Decimal:
        order = Given(self.order.net, self.order.base_net, self.total, self.base_total)
        part = line and Given(line.net, line.base_net, self.net[line.pk], self.base[line.pk])
        return base_of_return(net, order=order, line=part)

    def add(self, entry: Return) -> None:
        self.total += entry.net
        self.base_total += entry.base_net
        if entry.line_id:
            self.base[entry.line_id] += entry.base_net
            self.quantity[entry.line_id] += entry.quantity
            self.net[entry.line_id] += entry.net


def prepare_returns(ctx: BatchContext, documents: Sequence[Document]) -> None:
    ctx.book(OrderBook).need({document.first.order for document in documents})
    ctx.book(ProductBook).need({document.first.line_product for document in documents})


def load_returns(ctx: BatchContext, documents: Sequence[Document]) -> None:
    accounts = _accounts(ctx, documents)
    new: list[Return] = []

    def build(document: Document) -> None:
        row = document.first
        account = accounts.get(row.order)
        if account is None:
            raise RowError(row, "order", _("there is no order with this number: import orders first"))
        made = _returns(ctx, row, account)
        if not made:
            ctx.outcome.unchanged += 1
        new.extend(made)

    ctx.each(documents, build)
    ctx.insert(new, count=True)


def _accounts(ctx: BatchContext, documents: Sequence[Document]) -> dict[str, Account]:
    book = ctx.book(OrderBook)
    orders = [o for number in {d.first.order for d in documents} if (o := book.get(number)) is not None]
    lines = lines_of(orders)
    accounts = {str(order.number): Account(order, lines[order.pk]) for order in orders}
    numbers = {order.pk: str(order.number) for order in orders}
    for entry in Return.objects.filter(order_id__in=numbers).order_by("pk"):
        account = accounts[numbers[entry.order_id]]
        account.add(entry)
        account.on_file[entry.line_id, entry.return_date, entry.quantity, entry.net] += 1
    return accounts


def _returns(ctx: BatchContext, row: Any, account: Account) -> list[Return]:
    order = account.order
    if order.state != OrderState.SHIPPED:
        raise RowError(row, "order", _("only a shipped order can come back: import its shipped_date first"))
    day = row.return_date or order.shipped_date
    if day < order.shipped_date:
        raise RowError(row, "return_date", _("goods do not come back before they left"))
    if day > ctx.today:
        raise RowError(row, "return_date", _("lies in the future"))
    if row.line_product:
        return _of_line(ctx, row, account, day)
    if row.amount is not None:
        return _entry(ctx, row, account, None, day, row.line_quantity or ZERO, row.amount)
    made = []
    for line in account.lines:
        quantity, net = account.left(line)
        if quantity > 0 or net > 0:
            made += _entry(ctx, row, account, line, day, quantity, net)
    return made


def _of_line(ctx: BatchContext, row: Any, account: Account, day: Any) -> list[Return]:
    product = ctx.book(ProductBook).get(row.line_product)
    lines = [line for line in account.lines if product and line.product_id == product.pk]
    if not lines:
        raise RowError(row, "line_product", _("the order has no line of this product"))
    everything = row.line_quantity is None and row.amount is None
    quantity = None if everything else row.line_quantity if row.line_quantity is not None else ZERO
    if account.again(lines, day, quantity, row.amount):
        return []
    if everything:
        for line in lines:
            quantity, net = account.left(line)
            if quantity > 0:
                return _entry(ctx, row, account, line, day, quantity, net)
        return []
    for line in lines:
        left, left_net = account.left(line)
        quantity = row.line_quantity if row.line_quantity is not None else ZERO
        part = round_money(line.net * quantity / line.quantity, places_of(account.order.currency_id))
        share = left_net if quantity == left else round_money(part)
        net = row.amount if row.amount is not None else share
        if quantity <= left and net <= left_net:
            return _entry(ctx, row, account, line, day, quantity, net)
    left, left_net = account.left(lines[0])
    raise RowError(
        row,
        "line_quantity",
        _("more than is left of the line: quantity %(quantity)s, %(net)s net")
        % {"quantity": f"{left.normalize():f}", "net": left_net},
    )


def _entry(
    ctx: BatchContext, row: Any, account: Account, line: OrderLine | None, day: Any, quantity: Any, net: Any
) -> list[Return]:
    if quantity < 0 or net < 0 or not (quantity or net):
        raise RowError(row, "amount", _("a return has a positive quantity or amount"))
    key = (line.pk if line else None, day, quantity, net)
    if account.on_file[key]:
        account.on_file[key] -= 1
        return []
    if account.total + net > account.order.net:
        raise RowError(
            row,
            "amount",
            _("more than the order was worth: net %(net)s, %(back)s came back already")
            % {"net": account.order.net, "back": account.total},
        )
    entry = Return(
        order=account.order,
        line=line,
        return_date=day,
        quantity=quantity,
        net=net,
        base_net=account.base_of(line, net),
        reason=row.reason or "",
        created_by=ctx.actor,
    )
    account.add(entry)
    return [entry]


def export_returns() -> Iterator[dict[str, Any]]:
    for entry in Return.objects.order_by("pk").select_related("order", "line__product").iterator(2000):
        yield {
            "order": entry.order.number,
            "return_date": entry.return_date,
            "line_product": entry.line.product.code if entry.line else None,
            "line_quantity": entry.quantity,
            "amount": entry.net,
            "reason": entry.reason,
        }


RETURNS = ImportKind(
    name="returns",
    title=gettext_lazy("Returns"),
    columns=(
        Column("order", "reference", required=True, lookup="order", max_length=60),
        Column("return_date", "date", help=gettext_lazy("empty: the day of shipment")),
        Column("line_product", "reference", lookup="product", max_length=60),
        Column(
            "line_quantity", "decimal", places=6, help=gettext_lazy("empty: all that is left of the line")
        ),
        Column("amount", "decimal", help=gettext_lazy("net; empty: the line's share, or the whole order")),
        Column("reason", max_length=200),
    ),
    roles=(Role.MANAGER, Role.OPERATIONS),
    prepare=prepare_returns,
    load=load_returns,
    export=export_returns,
    order=85,
)
