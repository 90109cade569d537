"""The open items that a line of the bank may pay, and how an amount is made of some of them; reads nothing itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

OLDEST = 12  # items of a customer that are added up


@dataclass(slots=True, eq=False)
class Item:
    """An open item; ``left`` shrinks as surer lines take of it."""

    pk: int
    number: str
    customer: int
    currency: str
    left: Decimal
    due: date
    disputed: bool
    order: int | None
    contract: int | None


@dataclass
class Candidate:
    """A customer for a line: why, and which items the text names."""

    customer: int
    reasons: list[list[Any]] = field(default_factory=list)
    items: set[int] = field(default_factory=set)
    orders: set[int] = field(default_factory=set)
    contracts: set[int] = field(default_factory=set)
    doubted: bool = False

    def because(self, code: str, what: Any = "") -> None:
        if not any(reason[0] == code and reason[1] == what for reason in self.reasons):
            self.reasons.append([code, what])


def add_up(amount: Decimal, items: Sequence[tuple[int, Decimal]], most: int) -> list[int] | None:
    """Keys of at most ``most`` items that make exactly ``amount``, the oldest preferred; ``None`` if there are none.

    ``items`` are in their order of age, each more than nothing; only the first ``OLDEST`` are added up, but any run of
    the oldest counts.
    """
    total = Decimal(0)
    for place, (_pk, part) in enumerate(items):
        total += part
        if total == amount and place < max(most, OLDEST):
            return [pk for pk, _part in items[: place + 1]]
        if total > amount:
            break
    few = [(pk, part) for pk, part in items[:OLDEST] if part <= amount]
    if not _may_add_up(amount, [part for _pk, part in few], most):
        return None
    rest = [Decimal(0)] * (len(few) + 1)
    for place in range(len(few) - 1, -1, -1):
        rest[place] = rest[place + 1] + few[place][1]

    def search(place: int, left: Decimal, chosen: list[int]) -> list[int] | None:
        if left == 0:
            return chosen
        if place == len(few) or len(chosen) == most or rest[place] < left:
            return None
        pk, part = few[place]
        if part <= left and (found := search(place + 1, left - part, [*chosen, pk])) is not None:
            return found
        return search(place + 1, left, chosen)

    return search(0, amount, []) if amount > 0 else None


def _may_add_up(amount: Decimal, parts: Sequence[Decimal], most: int) -> bool:
    """Do at most ``most`` of these parts make the amount? The sums of one half are looked up among those of the other."""
    middle = len(parts) // 2
    others = _sums(parts[middle:])
    return any(
        others.get(amount - total, most + 1) + count <= most for total, count in _sums(parts[:middle]).items()
    )


def _sums(parts: Sequence[Decimal]) -> dict[Decimal, int]:
    """Every sum that some of these parts make, with the fewest parts that make it."""
    found = {Decimal(0): 0}
    for part in parts:
        for total, count in list(found.items()):
            more = total + part
            if found.get(more, count + 2) > count + 1:
                found[more] = count + 1
    return found


class Account:
    """The open items of one customer in one currency, in the order of age, found by what a line may name."""

    def __init__(self) -> None:
        self.items: list[Item] = []  # with something left
        self.free: list[Item] = []  # of them those that nobody disputes
        self.of: dict[tuple[str, int], list[Item]] = defaultdict(list)  # by their own key, order and contract
        self.places: dict[int, int] = {}
        self.same: dict[Decimal, dict[int, Item]] = defaultdict(dict)  # free ones by what is left of them

    def add(self, item: Item) -> None:
        self.places[item.pk] = len(self.places)
        self.items.append(item)
        for kind, key in (("items", item.pk), ("orders", item.order), ("contracts", item.contract)):
            if key is not None:
                self.of[kind, key].append(item)
        if not item.disputed:
            self.free.append(item)
            self.same[item.left][item.pk] = item

    def named(self, candidate: Candidate) -> list[Item]:
        """What the text names of it, the oldest first."""
        found = {
            item.pk: item
            for kind in ("items", "orders", "contracts")
            for key in getattr(candidate, kind)
            for item in self.of.get((kind, key), ())
            if item.left > 0
        }
        return sorted(found.values(), key=lambda item: self.places[item.pk])

    def of_amount(self, amount: Decimal) -> list[Item]:
        """The free items of which just this is left, the oldest first."""
        found = self.same.get(amount) or {}
        return sorted(found.values(), key=lambda item: self.places[item.pk])

    def take(self, pk: int, amount: Decimal) -> None:
        (item,) = self.of["items", pk]
        if not item.disputed:
            del self.same[item.left][pk]
        item.left -= amount
        if item.left > 0:
            if not item.disputed:
                self.same[item.left][pk] = item
            return
        self.items.remove(item)
        if not item.disputed:
            self.free.remove(item)


def fill(items: Iterable[Item], money: Decimal) -> list[tuple[int, Decimal]]:
    parts = []
    for item in items:
        part = min(item.left, money)
        if part > 0:
            parts.append((item.pk, part))
            money -= part
    return parts
