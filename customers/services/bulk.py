"""Many customer files at once, for imports: looked up, created and owned set by set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers.choices import CustomerKind
from customers.identifiers import check_tax_number, country_code, read_phone
from customers.models import Customer, CustomerOwnership
from customers.naming import name_key
from salesops.core.choices import Role
from salesops.exchange.books import CurrencyBook, PeopleBook
from salesops.exchange.context import BatchContext, Book, RowError
from salesops.handbook.selectors import rule

# Whose imports speak of everybody's customers: who moves a company in, and who works on all orders or contracts.
FOR_ALL = (Role.ADMINISTRATOR, Role.OPERATIONS, Role.LEGAL)


@dataclass
class Seed:
    """What a document says about a customer that is not on file: since when, whose, where."""

    since: date
    owner: str | None = None
    region: str | None = None


class CustomerBook(Book):
    """Customers by code, as far as the importer sees them: a code out of sight is answered like one that is absent.

    ``opened`` has the keys of those that this run has opened itself, ``hidden`` the codes that are taken out of sight.
    """

    def __init__(self, ctx: BatchContext) -> None:
        super().__init__(ctx)
        self.opened: set[int] = set()
        self.hidden: set[str] = set()

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Customer.objects.filter(code__in=keys).only(
            "pk",
            "code",
            "name",
            "owner_id",
            "team_id",
            "region",
            "currency_id",
            "payment_term_id",
            "kind",
            "country",
            "merged_into_id",
        )
        found = {row.code: row for row in rows.select_related("payment_term")}
        # A row that names a file merged into another one is about the file that was kept.
        others = {row.code: row.merged_into_id for row in found.values() if row.merged_into_id}
        if others:
            kept = Customer.objects.select_related("payment_term").in_bulk(set(others.values()))
            found |= {code: kept[pk] for code, pk in others.items()}
        return self._in_sight(found)

    def _in_sight(self, found: dict[str, Any]) -> dict[str, Any]:
        actor = self.ctx.actor
        if actor is None or not found or actor.has_role(*FOR_ALL):
            return found
        keys = {row.pk for row in found.values()} - self.opened
        seen = self.opened | set(
            Customer.objects.filter(pk__in=keys)
            .filter(
                Q(pk__in=Customer.objects.visible_to(actor).values("pk")) | Q(owner=None, created_by=actor)
            )
            .order_by()
            .values_list("pk", flat=True)
        )
        self.hidden |= {code for code, row in found.items() if row.pk not in seen}
        return {code: row for code, row in found.items() if row.pk in seen}

    def forget(self) -> None:
        super().forget()
        self.__dict__.pop("_held", None)

    def need_or_create(self, seeds: dict[str, Seed], *, create: bool) -> None:
        """Fetch the customers of documents; create those missing with code = name, owned since ``since``."""
        missing = self.need(seeds) - self.hidden
        if not missing or not create:
            return
        people, currency = self.ctx.book(PeopleBook), self.ctx.book(CurrencyBook).base()
        new = []
        for code in sorted(missing):
            seed = seeds[code]
            new.append(
                Customer(
                    code=code[:60],
                    name=code[:200],
                    name_key=name_key(code),
                    region=seed.region or "",
                    currency_id=currency,
                    created_date=min(seed.since, self.ctx.today),
                    owner=people.get(seed.owner),
                    created_by=self.ctx.actor,
                )
            )
        insert_customers(self.ctx, new)
        self.opened.update(customer.pk for customer in new)
        self.known.update({customer.code: customer for customer in new})

    def customer(self, row: Any, column: str, key: str) -> Customer:
        """The customer of a cell. Raises ``RowError`` with the way out."""
        customer = self.get(key)
        if customer is None:
            raise RowError(
                row,
                column,
                _("there is no customer with this code: import customers first or let it be created"),
            )
        return customer

    def holder_on(self, customer: Customer, on: date) -> int | None:
        """Key of the person who held a customer on a day; today's owner where nothing is recorded."""
        if "_held" not in self.__dict__:
            self._held: dict[int, list[tuple[date, date | None, int]]] = {}
        if customer.pk not in self._held:
            wanted = [c.pk for c in self.known.values() if c.pk not in self._held]
            self._held.update({pk: [] for pk in wanted})
            rows = CustomerOwnership.objects.filter(customer_id__in=wanted).order_by("-share", "pk")
            for pk, first, last, owner in rows.values_list("customer_id", "from_date", "to_date", "owner_id"):
                self._held[pk].append((first, last, owner))
        for first, last, owner in self._held.get(customer.pk, ()):
            if first <= on and (last is None or on <= last):
                return owner
        return customer.owner_id


def insert_customers(ctx: BatchContext, customers: list[Customer], *, count: bool = False) -> None:
    """Insert new files with the team of their owner and the ownership from the first day."""
    people = ctx.book(PeopleBook)
    for customer in customers:
        customer.team_id = people.team_on(customer.owner_id, ctx.today)
    ctx.insert(customers, count=count)
    ctx.insert(
        [
            CustomerOwnership(
                customer=customer,
                owner_id=customer.owner_id,
                team_id=people.team_on(customer.owner_id, customer.created_date) or customer.team_id,
                from_date=customer.created_date,
            )
            for customer in customers
            if customer.owner_id
        ]
    )


class Tidy:
    """Normalises telephone and tax numbers as the form does; what does not fit stays as it is written."""

    def __init__(self, today: date) -> None:
        self.home = rule("customers.home_country", on=today)

    def country(self, kind: str, text: str) -> str:
        return country_code(text or "", home=self.home if kind != CustomerKind.OVERSEAS else "")

    def phone(self, text: str | None, country: str) -> str | None:
        return read_phone(text, country=country, lenient=True) if text else text

    def tax(self, text: str | None, country: str) -> str | None:
        return check_tax_number(text, country=country).number if text else text


def seeds_of(rows: Iterable[tuple[str, date, str | None, str | None]]) -> dict[str, Seed]:
    """Per customer code the earliest day, with the owner and region of that day's document."""
    seeds: dict[str, Seed] = {}
    for code, day, owner, region in rows:
        seed = seeds.get(code)
        if seed is None:
            seeds[code] = Seed(day, owner, region)
        elif day < seed.since:
            seeds[code] = Seed(day, owner or seed.owner, region or seed.region)
        else:
            seed.owner = seed.owner or owner
            seed.region = seed.region or region
    return seeds
