"""Many ledger documents at once, for imports: the same arithmetic and the same triggers, set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from customers.services.bulk import CustomerBook
from receivables.choices import Source
from receivables.models import CreditNote, PeriodLock, Receipt, Receivable, SettlementLine
from receivables.services.credits import base_of_credit, waiting_credits
from receivables.services.posting import Shares
from salesops.catalog.terms import due_date
from salesops.core.money import ZERO, convert, next_share, round_money
from salesops.exchange.books import CurrencyBook, PeopleBook, RateBook
from salesops.exchange.context import BatchContext, Book, RowError

YEARS = range(1990, 2101)


@dataclass
class Item:
    """A receivable with what is settled of it, in the database and by this import so far."""

    pk: int
    number: str
    customer_id: int
    currency_id: str
    amount: Decimal
    base_amount: Decimal
    base_rate: Decimal
    settled: Decimal
    settled_base: Decimal
    issue_date: date
    due_date: date
    disputed: bool

    @property
    def open(self) -> Decimal:
        return self.amount - self.settled


class ItemBook(Book):
    """Receivables by number, locked, with their running balance."""

    def __init__(self, ctx: BatchContext) -> None:
        super().__init__(ctx)
        self.by_side: dict[tuple[int, str], list[Item]] = {}
        self.by_pk: dict[int, Item] = {}

    def forget(self) -> None:
        super().forget()
        self.by_side.clear()
        self.by_pk.clear()

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Receivable.objects.filter(number__in=keys)
        return {item.number: item for item in self._items(rows)}

    def need_open(self, sides: Iterable[tuple[int, str]]) -> None:
        """Fetch the open, undisputed items of customers and currencies, oldest due first."""
        wanted = {side for side in sides if side not in self.by_side}
        if not wanted:
            return
        self.by_side.update({side: [] for side in wanted})
        rows = Receivable.objects.open().filter(
            customer_id__in={c for c, _currency in wanted}, disputed=False
        )
        for item in sorted(self._items(rows), key=lambda item: (item.due_date, item.pk)):
            if (item.customer_id, item.currency_id) in wanted:
                self.by_side[item.customer_id, item.currency_id].append(item)

    def _items(self, rows: Any) -> list[Item]:
        names = Item.__dataclass_fields__
        found = []
        for values in rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list(*names):
            item = Item(*values)
            found.append(self.by_pk.setdefault(item.pk, item))
        return found


@dataclass
class Part:
    """So much of a document for an item, on a day."""

    item: Item
    amount: Decimal
    base: Decimal
    day: date


@dataclass
class Plan:
    """What one document settles; taken back when the document is refused after all."""

    parts: list[Part] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)

    def add(self, item: Item, amount: Decimal, day: date) -> None:
        base = next_share(
            item.amount, item.base_amount, used=item.settled, used_base=item.settled_base, part=amount
        )
        item.settled += amount
        item.settled_base += base
        self.parts.append(Part(item, amount, base, day))

    def take_back(self) -> None:
        for part in self.parts:
            part.item.settled -= part.amount
            part.item.settled_base -= part.base
        self.parts.clear()


def settle(
    plan: Plan, row: Any, document: Any, item: Item, *, wanted: Decimal | None, day: date | None
) -> None:
    """Add a part for the item to the plan. Raises ``RowError`` with the figures when it does not fit."""
    require_sides(row, document, item)
    earliest = max(item.issue_date, document.date)
    if day is not None and day < earliest:
        raise RowError(
            row, "allocated_date", _("cannot be settled before %(date)s") % {"date": earliest.isoformat()}
        )
    left = document.amount - plan.total
    amount = min(item.open, left) if wanted is None else wanted
    if amount <= 0:
        raise RowError(
            row,
            "receivable" if wanted is None else "allocated_amount",
            _("nothing to allocate: %(open)s open, %(left)s left of the money")
            % {"open": item.open, "left": left},
        )
    if amount > item.open or amount > left:
        raise RowError(
            row,
            "allocated_amount",
            _("%(wanted)s is too much: %(open)s open, %(left)s left of the money")
            % {"wanted": amount, "open": item.open, "left": left},
        )
    plan.add(item, amount, day or earliest)


def require_sides(row: Any, document: Any, item: Item) -> None:
    """Both are the same customer's, in one currency. Raises ``RowError``."""
    if item.customer_id != document.customer_id:
        raise RowError(row, "receivable", _("belongs to another customer"))
    if item.currency_id != document.currency_id:
        raise RowError(row, "receivable", _("is in %(currency)s") % {"currency": item.currency_id})


def settle_oldest(plan: Plan, document: Any, items: Iterable[Item]) -> None:
    """Share the money over undisputed items, oldest due first, of what was issued by then."""
    left = document.amount - plan.total
    for item in items:
        if left <= 0:
            return
        if item.open > 0 and item.issue_date <= document.date:
            amount = min(item.open, left)
            plan.add(item, amount, document.date)
            left -= amount


def lines_of(
    document: Receipt | CreditNote, plan: Plan, *, at: datetime, actor: Any
) -> Iterator[SettlementLine]:
    """Settlement lines of a posted document."""
    side = "receipt" if isinstance(document, Receipt) else "credit_note"
    shares = Shares(document)
    for part in plan.parts:
        yield SettlementLine(
            receivable_id=part.item.pk,
            customer_id=document.customer_id,
            currency_id=document.currency_id,
            amount=part.amount,
            base_amount=part.base,
            exchange_difference=shares.difference(part.amount, part.base),
            date=part.day,
            recorded_at=at,
            recorded_by=actor,
            **{f"{side}_id": document.pk},
        )


class Months(Book):
    """Months for which the ledger is closed."""

    def require_open(self, row: Any, column: str, day: date) -> None:
        """Raise ``RowError`` for a future day, an odd year or a closed month."""
        if day > self.ctx.today:
            raise RowError(row, column, _("lies in the future"))
        if day.year not in YEARS:
            raise RowError(row, column, _("is no plausible date"))
        if "_closed" not in self.__dict__:
            self._closed = set(
                PeriodLock.objects.filter(module="receivables", closed=True).values_list("month", flat=True)
            )
        if day.replace(day=1) in self._closed:
            raise RowError(row, column, _("the ledger is closed for %(month)s") % {"month": f"{day:%Y-%m}"})


def common_fields(ctx: BatchContext, row: Any, head: dict[str, Any], day: date) -> dict[str, Any]:
    """Customer, holder, money and rate of a document on its day. Raises ``RowError``."""
    if head["amount"] <= 0:
        raise RowError(row, "amount", _("must be more than zero"))
    customers, people = ctx.book(CustomerBook), ctx.book(PeopleBook)
    customer = customers.customer(row, "customer", head["customer"])
    owner = people.owner(row, "owner", head.get("owner"))
    owner_id = owner.pk if owner else customers.holder_on(customer, day)
    currency = ctx.book(CurrencyBook).code(row, "currency", head.get("currency"), customer.currency_id)
    if head["amount"] != round_money(head["amount"], ctx.book(CurrencyBook).places(currency)):
        raise RowError(
            row,
            "amount",
            _("%(amount)s has more decimals than the currency allows.") % {"amount": head["amount"]},
        )
    rate = ctx.book(RateBook).rate(row, "currency", currency, day, head.get("base_rate"))
    return {
        "customer": customer,
        "owner_id": owner_id,
        "team_id": people.team_on(owner_id, day) or customer.team_id,
        "currency_id": currency,
        "amount": head["amount"],
        "base_rate": rate,
        "base_amount": convert(head["amount"], rate),
        "source": Source.IMPORT,
        "created_by": ctx.actor,
    }


class DueDates(Book):
    """Due dates by terms, each combination worked out once."""

    def due(self, term: Any, issued: date, delivery: date | None, signed: date | None) -> tuple[date, str]:
        key = f"{term.pk}|{issued}|{delivery}|{signed}"
        if key not in self.known:
            with translation.override(settings.LANGUAGE_CODE):
                day, words = due_date(term, invoice=issued, delivery=delivery, sign=signed)
            self.known[key] = day, words[:200]
        return self.known[key]


def remove_documents(kind: str, pks: list[int], *, actor: Any, at: datetime, reason: str) -> int:
    """Take imported documents out of the ledger by its one door; what stands on them makes it refuse."""
    table = {"receivable": Receivable, "receipt": Receipt, "credit_note": CreditNote}[kind]._meta.db_table
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO receivables_ledgerremoval
                (kind, object_id, number, reason, removed_at, removed_by_id, snapshot)
            SELECT %s, d.id, d.number, %s, %s, %s, to_jsonb(d)
            FROM {quoted} d WHERE d.id = ANY(%s) ORDER BY d.id""",  # noqa: S608 - one of three tables
            [kind, reason, at, actor.pk if actor else None, pks],
        )
        return int(cursor.rowcount)


class Credited(Book):
    """What credit notes give back of items, by the item's key, with those of this import so far."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        pks = [int(key) for key in keys]
        rows = CreditNote.objects.filter(receivable__in=pks).order_by()
        sums = rows.values_list("receivable").annotate(amount=Sum("amount"), base=Sum("base_amount"))
        found = {str(pk): [amount, base, ZERO] for pk, amount, base in sums}
        waiting = waiting_credits().filter(receivable__in=pks).order_by().values_list("receivable")
        for pk, amount in waiting.annotate(amount=Sum("amount")):
            found.setdefault(str(pk), [ZERO, ZERO, ZERO])[2] = amount
        return found

    def _sums(self, item: Item) -> list[Decimal]:
        """Posted, posted in base currency, waiting for a second person."""
        self.need({str(item.pk)})
        if self.get(str(item.pk)) is None:
            self.known[str(item.pk)] = [ZERO, ZERO, ZERO]
        return self.known[str(item.pk)]

    def given(self, item: Item) -> Decimal:
        """What is given back of the item, with what waits for a second person."""
        posted, _base, waiting = self._sums(item)
        return posted + waiting

    def wait(self, item: Item, amount: Decimal) -> None:
        """So much more waits for a second person."""
        self._sums(item)[2] += amount

    def base_of(self, item: Item, amount: Decimal) -> Decimal:
        """Base amount of a further credit for the item (see ``base_of_credit``), which counts from then on."""
        sums = self._sums(item)
        base = base_of_credit(item, amount, *sums[:2])
        sums[0], sums[1] = sums[0] + amount, sums[1] + base
        return base


def sides(rows: Iterable[Any]) -> dict[int, list[SettlementLine]]:
    """Standing lines of receipts or credit notes by document."""
    answer: dict[int, list[SettlementLine]] = defaultdict(list)
    for line in rows:
        answer[line.receipt_id or line.credit_note_id].append(line)
    return answer
