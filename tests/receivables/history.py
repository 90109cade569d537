"""A ledger in plain Python: every paper with the days on which something of it moved. What is true on a day is added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass
class Paper:
    """An item or money: what it came to on its day, and what its lines took of it, day by day."""

    key: tuple[str, int]
    amount: Decimal
    day: date
    customer: int
    currency: str
    due: date = date.max  # items
    moves: list[tuple[date, Decimal]] = field(default_factory=list)
    ended: date | None = None  # money that was taken back
    held_until: date | None = None  # retention
    released: date | None = None

    def left(self, on: date) -> Decimal:
        """Outstanding of an item, unallocated of money, at the end of a day."""
        if on < self.day or (self.ended is not None and self.ended <= on):
            return ZERO
        return self.amount - sum((part for day, part in self.moves if day <= on), ZERO)

    def least(self, since: date) -> Decimal:
        """What is left of it on every day from one on: so much may still be dated back to that day."""
        if since < self.day or self.ended is not None:
            return ZERO
        return min(self.left(day) for day in {since, *(day for day, _part in self.moves if day > since)})

    def held(self, on: date) -> bool:
        return self.held_until is not None and (self.released is None or self.released > on)


@dataclass
class Line:
    """What stands between two papers; ``money`` is no paper where something was given up."""

    pk: int
    target: Paper | None
    money: Paper | None
    amount: Decimal
    day: date
    given_up: Any = None  # the adjustment
    refund: Any = None

    def sides(self) -> list[Paper]:
        return [side for side in (self.target, self.money) if side is not None]


class Books:
    """All papers and the lines that stand."""

    def __init__(self) -> None:
        self.items: dict[int, Paper] = {}
        self.money: dict[tuple[str, int], Paper] = {}
        self.lines: dict[int, Line] = {}
        self.disputes: list[tuple[Any, Paper, date, date | None]] = []

    def take(self, line: Line) -> None:
        for side in line.sides():
            side.moves.append((line.day, line.amount))
        self.lines[line.pk] = line

    def back(self, pk: int, on: date) -> None:
        line = self.lines.pop(pk)
        for side in line.sides():
            side.moves.append((on, -line.amount))

    def disputed(self, item: Paper, on: date) -> bool:
        return any(
            paper is item and opened <= on and (ended is None or ended > on)
            for _row, paper, opened, ended in self.disputes
        )

    def figures(self, on: date, currency: str) -> dict[str, Decimal]:
        """What the ageing report of a day says in one currency."""
        items = [item for item in self.items.values() if item.currency == currency]
        return {
            "outstanding": sum((item.left(on) for item in items), ZERO),
            "not_due": sum((item.left(on) for item in items if item.due >= on), ZERO),
            "retention": sum((item.left(on) for item in items if item.held(on)), ZERO),
            "disputed": sum((item.left(on) for item in items if self.disputed(item, on)), ZERO),
            "unallocated": sum(
                (one.left(on) for one in self.money.values() if one.currency == currency), ZERO
            ),
        }

    def came(self, since: date, until: date, currency: str, kind: str) -> Decimal:
        """What was received or credited between two days, at the documents' own amounts."""
        rows = (one for key, one in self.money.items() if key[0] == kind and one.currency == currency)
        return sum((one.amount for one in rows if since <= one.day <= until), ZERO)
