"""Deals or leads counted two ways at once: by person, team, region, product or month, and by step, reason or source.

Each figure knows the filters of the list that holds exactly its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, DateField, F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from customers.choices.deals import LeadSource, Stage
from customers.models import LossReason
from customers.selectors.deals import with_weight
from salesops.accounts.models import Team, User
from salesops.catalog.models import Product
from salesops.core.periods import Period

Filters = dict[str, str]
ZERO = Decimal(0)
UNKNOWN = _("not known")


@dataclass(frozen=True)
class Axis:
    """One way to split rows: ``path`` of the key, how keys are named, and which filters of the list mean one key."""

    title: Any
    path: str
    named: Callable[[Iterable[Any]], dict[Any, str]]
    asked: Callable[[Any], Filters]
    nothing: Any = UNKNOWN
    month: bool = False
    text: bool = False

    def expression(self) -> Any:
        if self.month:
            return TruncMonth(self.path, output_field=DateField())
        return Coalesce(F(self.path), Value(""), output_field=CharField()) if self.text else F(self.path)

    def order(self, keys: Iterable[Any], names: dict[Any, str]) -> list[Any]:
        """Months in time, choices in their order, others by name; what has no key comes last."""
        if self.month:
            return sorted(keys, key=lambda key: (key is None, key or date.max))
        return sorted(keys, key=lambda key: (key in (None, ""), names.get(key, "")))


@dataclass
class Cell:
    """How many rows, what they are worth in base currency, and that times their probability."""

    count: int = 0
    amount: Decimal = ZERO
    weighted: Decimal = ZERO
    filters: Filters = field(default_factory=dict)

    def add(self, other: Cell) -> None:
        self.count += other.count
        self.amount += other.amount
        self.weighted += other.weighted


@dataclass
class Line:
    """One key of the first axis with its cells along the second, and both together."""

    label: str
    cells: list[Cell]
    total: Cell


@dataclass
class Table:
    """Lines, columns and sums; each line, each column and the whole add up."""

    columns: list[str]
    lines: list[Line]
    below: list[Cell]
    total: Cell


def cross(rows: QuerySet, down: Axis, across: Axis, *, fixed: Filters, money: bool = True) -> Table:
    """Rows split by both axes. ``fixed`` are the filters of the list that mean all of ``rows``."""
    counted = rows.order_by().annotate(down=down.expression(), across=across.expression())
    if money:
        counted = with_weight(counted)
        sums = {"sum_amount": Sum("base_amount"), "sum_weighted": Sum("weighted")}
    else:
        sums = {}
    found = list(counted.values("down", "across").annotate(count=Count("pk"), **sums))
    cells = {
        (row["down"], row["across"]): Cell(
            row["count"], row.get("sum_amount") or ZERO, row.get("sum_weighted") or ZERO
        )
        for row in found
    }
    left, top = {key for key, _key in cells}, {key for _key, key in cells}
    names, heads = down.named(left), across.named(top)
    tops = across.order(top | set(heads), heads)
    table = Table(
        [str(heads.get(key) or across.nothing) for key in tops],
        [],
        [Cell(filters=fixed | across.asked(key)) for key in tops],
        Cell(filters=fixed),
    )
    for key in down.order(left, names):
        line = Line(str(names.get(key) or down.nothing), [], Cell(filters=fixed | down.asked(key)))
        for place, head in enumerate(tops):
            cell = cells.get((key, head), Cell())
            cell.filters = line.total.filters | across.asked(head)
            line.cells.append(cell)
            for summed in (line.total, table.below[place], table.total):
                summed.add(cell)
        table.lines.append(line)
    return table


def shown(table: Table, title: str, figure: str, url: Callable[[dict[str, str]], str]) -> dict[str, Any]:
    """A table as the template draws it: every cell with what it shows and the list of its rows."""

    def cell(one: Cell, label: str = "") -> dict[str, Any]:
        link = url(one.filters) if one.count else ""
        return {"label": label, "value": getattr(one, figure), "count": one.count, "url": link}

    def cells(row: list[Cell]) -> list[dict[str, Any]]:
        return [cell(one, name) for one, name in zip(row, table.columns, strict=True)]

    return {
        "title": title,
        "money": figure != "count",
        "columns": table.columns,
        "lines": [
            {"label": line.label, "cells": cells(line.cells), "total": cell(line.total)}
            for line in table.lines
        ],
        "below": cells(table.below),
        "total": cell(table.total),
    }


# --- the axes -----------------------------------------------------------------------------------------


def _records(model: Any, text: Callable[[Any], str] = str) -> Callable[[Iterable[Any]], dict[Any, str]]:
    def named(keys: Iterable[Any]) -> dict[Any, str]:
        found = model._default_manager.in_bulk([key for key in keys if key is not None])
        return {key: text(row) for key, row in found.items()}

    return named


def _itself(keys: Iterable[Any]) -> dict[Any, str]:
    return {key: key for key in keys if key}


def _months(keys: Iterable[Any]) -> dict[Any, str]:
    return {key: date_format(key, "YEAR_MONTH_FORMAT") for key in keys if key}


def _one(name: str, nothing: str) -> Callable[[Any], Filters]:
    return lambda key: {nothing: "on"} if key in (None, "") else {name: str(key)}


def _span(name: str, nothing: str = "") -> Callable[[Any], Filters]:
    def asked(key: Any) -> Filters:
        if key is None:
            return {nothing: "on"} if nothing else {}
        month = Period.month_of(key)
        return {f"{name}_after": month.start.isoformat(), f"{name}_before": month.end.isoformat()}

    return asked


class Choices(Axis):
    """The values of a choice field in their own order, the empty ones too."""

    def order(self, keys: Iterable[Any], names: dict[Any, str]) -> list[Any]:
        places = {key: place for place, key in enumerate(names)}
        return sorted(keys, key=lambda key: places.get(key, len(places)))


def choices(title: Any, path: str, offered: Iterable[tuple[str, Any]]) -> Axis:
    """An axis of a choice field; each of ``offered`` has its column."""
    labels = [(key, label) for key, label in offered]
    return Choices(
        title,
        path,
        lambda keys: {key: str(label) for key, label in labels},
        lambda key: {path: str(key)},
    )


def month_of(path: str, nothing: str = "") -> Axis:
    return Axis(_("Month"), path, _months, _span(path, nothing), _("without a day"), month=True)


PERSON = Axis(_("Person"), "owner", _records(User), _one("owner", "no_owner"), _("Nobody"))
TEAM = Axis(_("Team"), "team", _records(Team), _one("own_team", "no_team"), _("No team"))
PRODUCT = Axis(
    _("Product"), "product", _records(Product, lambda row: f"{row.code} · {row.name}"), _one("product", "no_product"),
    _("No product"),
)  # fmt: skip
DEAL_REGION = Axis(
    _("Region"), "customer__region", _itself, _one("region", "no_region"), _("No region"), text=True
)
LEAD_REGION = Axis(_("Region"), "region", _itself, _one("region", "no_region"), _("No region"), text=True)
REASON = Axis(_("Why lost"), "loss_reason", _records(LossReason), _one("loss_reason", "no_reason"))
SOURCE = choices(_("Source"), "source", LeadSource.choices)

BY_DEAL = {"person": PERSON, "team": TEAM, "region": DEAL_REGION, "product": PRODUCT}
BY_LEAD = {"person": PERSON, "team": TEAM, "region": LEAD_REGION, "product": PRODUCT}


def steps(stages: Iterable[Stage]) -> Axis:
    labels = dict(Stage.choices)
    return choices(pgettext("deal", "Step"), "stage", [(stage, labels[stage]) for stage in stages])


def words() -> dict[str, str]:
    """What the axes are called in a selector."""
    return {
        "person": gettext("Person"),
        "team": gettext("Team"),
        "region": gettext("Region"),
        "product": gettext("Product"),
        "month": gettext("Month"),
    }
