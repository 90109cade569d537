"""Books of the kernel's records: people, teams, products, currencies, payment terms, rates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from salesops.accounts.models import Membership, RoleGrant, Team, User
from salesops.catalog.choices import TermBase
from salesops.catalog.models import Currency, ExchangeRate, PaymentTerm, PriceList, Product
from salesops.catalog.terms import parse_term
from salesops.core.choices import Role, TeamKind
from salesops.exchange.context import Book, RowError

# Somebody without a joining date counts as having always been there.
ALWAYS = date(1900, 1, 1)
_COMMON = frozenset(
    "CNY TWD USD EUR JPY GBP HKD KRW AUD CAD CHF SGD INR VND THB MYR".split()  # noqa: SIM905 - reads better
)
_WIDE = set(Role.values) - {Role.MANAGER, Role.LEAD, Role.REP, Role.ASSISTANT}


class PeopleBook(Book):
    """People by username, or by name where only one person bears it; and their teams on any day."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        by_name: dict[str, list[User]] = defaultdict(list)
        by_username: dict[str, User] = {}
        for user in User.objects.only("pk", "username", "name", "staff_no"):
            by_username[user.username.casefold()] = user
            if user.staff_no:
                by_username.setdefault(user.staff_no.casefold(), user)
            by_name[user.name.casefold()].append(user)
        found = {}
        for key in keys:
            user = by_username.get(key.casefold())
            same_name = by_name.get(key.casefold(), [])
            if user is None and len(same_name) == 1:
                user = same_name[0]
            if user is not None:
                found[key] = user
        return found

    def need_or_create(
        self, keys: Iterable[str | None], *, since: date | None, create: bool, role: str | None = Role.REP
    ) -> None:
        """Fetch people; create those missing, with one role or none, as people who cannot sign in yet."""
        missing = self.need(keys)
        if missing and create:
            people = [
                User(username=key[:150], name=key[:100], password=_no_password()) for key in sorted(missing)
            ]
            self.ctx.insert(people)
            if role:
                self.ctx.insert(
                    [RoleGrant(user=p, role=role, from_date=since or self.ctx.today) for p in people]
                )
            self.known.update({person.username: person for person in people})

    def forget(self) -> None:
        super().forget()
        self.__dict__.pop("_memberships", None)

    def team_on(self, user_id: int | None, on: date) -> int | None:
        """Key of the team that a person belonged to on a day."""
        if user_id is None:
            return None
        if "_memberships" not in self.__dict__:
            self._memberships: dict[int, list[tuple[date, date | None, int]]] = defaultdict(list)
            for row in Membership.objects.values_list("user_id", "from_date", "to_date", "team_id"):
                self._memberships[row[0]].append(row[1:])
        for first, last, team in self._memberships.get(user_id, ()):
            if first <= on and (last is None or on <= last):
                return team
        return None

    def owner(self, row: Any, column: str, key: str | None) -> Any:
        """The person of a cell, or ``None`` when empty. Raises ``RowError``."""
        if key is None:
            return None
        user = self.get(key)
        if user is None:
            raise RowError(
                row,
                column,
                _("there is no person with this username or name: import staff first or let it be created"),
            )
        if (reach := self._reach()) is not None and user.pk not in reach:
            raise RowError(row, column, _("this person belongs to another department than yours"))
        return user

    def _reach(self) -> set[int] | None:
        """Keys of the people for whom the actor may enter records; ``None`` means everybody."""
        if "_reachable" not in self.__dict__:
            self._reachable: set[int] | None = None
            actor = self.ctx.actor
            if actor is not None and not actor.has_role(*_WIDE):
                teams: set[int] = set()
                for grant in actor.grants():
                    teams |= set(grant.department if grant.department is not None else grant.teams)
                self._reachable = set(
                    Membership.objects.filter(team_id__in=teams).values_list("user_id", flat=True)
                ) | {actor.pk}
        return self._reachable


def _no_password() -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(None)


class TeamBook(Book):
    """Teams by code, or by name where only one bears it."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        by_code, by_name = {}, defaultdict(list)
        for team in Team.objects.all():
            by_code[team.code.casefold()] = team
            by_name[team.name.casefold()].append(team)
        found = {}
        for key in keys:
            same_name = by_name.get(key.casefold(), [])
            team = by_code.get(key.casefold()) or (same_name[0] if len(same_name) == 1 else None)
            if team is not None:
                found[key] = team
        return found

    def need_or_create(self, keys: Iterable[str | None], *, create: bool) -> None:
        missing = self.need(keys)
        if missing and create:
            self.create([Team(code=key[:40], name=key[:100], kind=TeamKind.GROUP) for key in sorted(missing)])

    def create(self, teams: list[Team], *, count: bool = False) -> None:
        """Insert teams, parents before children, each with its path."""
        waiting = list(teams)
        while waiting:
            ready = [t for t in waiting if t.parent is None or t.parent.pk is not None]
            for team in ready:
                team.parent = team.parent
            pks = self.ctx.insert(ready, count=count)
            for team, pk in zip(ready, pks, strict=True):
                team.path = f"{team.parent.path if team.parent else '/'}{pk}/"
            Team.objects.bulk_update(ready, ["path"], batch_size=500)
            self.known.update({team.code: team for team in ready})
            waiting = [t for t in waiting if t.pk is None]


class ProductBook(Book):
    """Products by code."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rows = Product.objects.filter(code__in=keys).only(
            "pk", "code", "name", "currency_id", "tax_rate", "list_price"
        )
        return {row.code: row for row in rows}

    def need_or_create(self, keys: Iterable[str | None], *, create: bool) -> None:
        missing = self.need(keys)
        if missing and create:
            products = [
                Product(code=key[:60], name=key[:200], currency_id=settings.BASE_CURRENCY)
                for key in sorted(missing)
            ]
            self.ctx.book(CurrencyBook).base()
            self.ctx.insert(products)
            self.known.update({product.code: product for product in products})


class PriceListBook(Book):
    """Price lists by code."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        return {row.code: row for row in PriceList.objects.filter(code__in=keys)}


class CurrencyBook(Book):
    """Currencies by ISO code; the base currency is always there."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        self.base()
        by_code = {row.code: row for row in Currency.objects.all()}
        return {key: by_code[key.upper()] for key in keys if key.upper() in by_code}

    def base(self) -> str:
        Currency.objects.get_or_create(
            code=settings.BASE_CURRENCY, defaults={"name": settings.BASE_CURRENCY, "decimals": 2}
        )
        return str(settings.BASE_CURRENCY)

    def need_or_create(self, keys: Iterable[str | None], *, create: bool) -> None:
        missing = self.need(keys)
        codes = {key.upper() for key in missing if re.fullmatch("[A-Za-z]{3}", key)}
        if codes and (create or self._known_codes() & codes):
            wanted = codes if create else codes & self._known_codes()
            Currency.objects.bulk_create(
                [Currency(code=code, name=code) for code in sorted(wanted)], ignore_conflicts=True
            )
            self.need(keys)

    @staticmethod
    def _known_codes() -> set[str]:
        """Currencies in common use may be named by a file without being entered first."""
        return _COMMON

    def code(self, row: Any, column: str, key: str | None, default: str | None = None) -> str:
        """The currency of a cell, else ``default``, else the base currency. Raises ``RowError``."""
        if key is None:
            return default or self.base()
        currency = self.get(key)
        if currency is None:
            raise RowError(row, column, _("there is no such currency: enter it in the catalogue first"))
        return str(currency.code)

    def places(self, code: str) -> int:
        """How many decimals an amount in a currency has: a yen has none."""
        self.need({code})
        currency = self.get(code)
        return 2 if currency is None else min(currency.decimals, 2)


class TermBook(Book):
    """Payment terms by code or name, or by words that mean one of them; a missing one can be created."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        terms = list(PaymentTerm.objects.order_by("-pk"))
        by_key = {term.name.casefold(): term for term in terms if term.name}
        by_rule = {}
        for term in terms:
            if term.is_active and term.fixed_day is None and not term.grace_days:
                by_rule[str(term.base), term.days] = term
        by_key |= {term.code.casefold(): term for term in terms}
        found = {key: by_key.get(key.casefold()) or by_rule.get(self._meant(key)) for key in keys}
        return {key: term for key, term in found.items() if term is not None}

    def need_or_create(self, keys: Iterable[str | None], *, create: bool) -> None:
        missing = self.need(keys)
        new: dict[Any, PaymentTerm] = {}
        for key in sorted(missing) if create else ():
            if meant := self._meant(key):
                base, days = meant
                new.setdefault(meant, PaymentTerm(code=key[:40], name=key[:100], base=base, days=days))
                self.known[key] = new[meant]
        self.ctx.insert(list(new.values()))

    def _meant(self, words: str) -> tuple[str, int] | None:
        """Base and days of terms in words; where only one number stands in them, that many days."""
        if meant := parse_term(words, on=self.ctx.today):
            return str(meant[0]), meant[1]
        numbers = re.findall(r"\d+", words)
        return (str(TermBase.INVOICE), int(numbers[0])) if len(numbers) == 1 and len(numbers[0]) < 4 else None

    def term(self, row: Any, column: str, key: str | None) -> Any:
        if key is None:
            return None
        term = self.get(key)
        if term is None:
            raise RowError(
                row, column, _("there are no such payment terms: enter them in the catalogue first")
            )
        return term


class RateBook(Book):
    """Exchange rates on any day."""

    def fetch(self, keys: set[str]) -> dict[str, Any]:
        rates: dict[str, tuple[list[date], list[Decimal]]] = {key: ([], []) for key in keys}
        rows = ExchangeRate.objects.filter(currency_id__in=keys).order_by("date")
        for code, day, rate in rows.values_list("currency_id", "date", "rate"):
            rates[code][0].append(day)
            rates[code][1].append(rate)
        return rates

    def rate(self, row: Any, column: str, currency: str, on: date, given: Decimal | None = None) -> Decimal:
        """Base units for one unit: the row's own rate, else the newest not after the day."""
        if currency == settings.BASE_CURRENCY:
            return Decimal(1)
        if given is not None:
            return given
        days, rates = self.get(currency)
        position = bisect_right(days, on)
        if not position:
            raise RowError(
                row,
                column,
                _(
                    "there is no exchange rate for %(currency)s on %(date)s: import exchange_rates first, or "
                    "give base_rate in the mapping"
                )
                % {"currency": currency, "date": on},
            )
        return rates[position - 1]
